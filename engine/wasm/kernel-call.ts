import { bytesToBigint } from '../bytes.ts';
import type { Execution, PreparedCall } from '../frame.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { kernelBuffer } from '../kernel/kernel-exports.ts';
import { preparedCall } from '../kernel/prepared-call.ts';
import type { Account } from '../state/world-state.ts';
import { writeBuffer } from './kernel-frame.ts';

/** What `call_prepared` tells besides the address, in the order of its parameters. */
export interface PreparedArguments {
  readonly kind: number;
  readonly hasValue: boolean;
  readonly inputBytes: number;
  /** Halves of the gas that the child gets. */
  readonly gasLow: number;
  readonly gasHigh: number;
  readonly stackWords: number;
}

const kinds = ['call', 'static', 'delegate'] as const;
const TWO_TO_32 = 2 ** 32;

/**
 * A call that a thunk has prepared in the kernel: call data in the buffer `childInput`, a value other than zero in scratch.
 * As a rule nothing of it becomes a JavaScript value; the getters are for when the child cannot run on the kernel.
 */
export class KernelCall implements PreparedCall {
  readonly account: Account;
  readonly kind: PreparedCall['kind'];
  readonly value: bigint;
  readonly inputBytes: number;
  readonly gasLow: number;
  readonly gasHigh: number;
  readonly stackWords: number;
  /** Whether the gas that is left and the return data are where the thunk and the caller look for them. */
  isSettled = false;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, account: Account, from: PreparedArguments) {
    this.#kernel = kernel;
    this.account = account;
    this.kind = kinds[from.kind] as PreparedCall['kind'];
    this.value = from.hasValue ? readValue(kernel) : 0n;
    this.inputBytes = from.inputBytes;
    this.gasLow = from.gasLow;
    this.gasHigh = from.gasHigh;
    this.stackWords = from.stackWords;
  }

  get input(): Uint8Array {
    const at = this.#kernel.exports.buffer_address(kernelBuffer.childInput) >>> 0;
    return this.#kernel.bytes().slice(at, at + this.inputBytes);
  }

  get gas(): bigint {
    return BigInt(this.gasHigh >>> 0) * BigInt(TWO_TO_32) + BigInt(this.gasLow >>> 0);
  }

  /** Puts what the child came to where the thunk and the caller look for it, unless it is there already. */
  settle({ output, gasLeft }: Execution): void {
    if (this.isSettled) return;
    writeBuffer(this.#kernel, kernelBuffer.returnData, output);
    const at = (this.#kernel.exports.buffer_address(kernelBuffer.scratch) >>> 0) + preparedCall.gas;
    new DataView(this.#kernel.bytes().buffer, at, 8).setBigUint64(0, gasLeft, true);
  }
}

function readValue(kernel: Kernel): bigint {
  const at = (kernel.exports.buffer_address(kernelBuffer.scratch) >>> 0) + preparedCall.value;
  return bytesToBigint(kernel.bytes().subarray(at, at + 32));
}
