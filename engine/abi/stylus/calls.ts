import { bytesToBigint, EMPTY } from '../../bytes.ts';
import type { Frame } from '../../frame.ts';
import { readBytes, writeBytes, writeU32 } from '../../guest-memory.ts';
import { readPayload } from '../frame-checks.ts';
import { type HostFunction, hostFunction, lengthAt } from '../host-function.ts';
import { vmHook } from './vm-hook.ts';

const HASH_BYTES = 32;

/**
 * What a call returns to the guest. Nitro says 2 of whatever did not succeed: reverts, traps, and calls that could not begin.
 * OffchainLabs/nitro, arbos/programs/api.go
 */
export const callStatus = { success: 0, revert: 2, trap: 2 } as const;

/**
 * Calls and creations. Creation code is the SHA-256 of a module deployed in this world (32 bytes), followed by the
 * constructor input: the counterpart of EVM creation code on a machine that compiles modules ahead of a call.
 */
export const callFunctions: readonly HostFunction[] = [
  hostFunction(
    vmHook('call_contract', ['i32', 'i32', 'i32', 'i32', 'i64', 'i32'], 'i32', lengthAt(2)),
    (frame, to, data, length, value, gas, returnLength) =>
      call(frame, 'call', to, data, length, readWord(frame, value), gas, returnLength),
  ),
  ...(['static', 'delegate'] as const).map((kind) =>
    hostFunction(
      vmHook(`${kind}_call_contract`, ['i32', 'i32', 'i32', 'i64', 'i32'], 'i32', lengthAt(2)),
      (frame, to, data, length, gas, returnLength) => call(frame, kind, to, data, length, 0n, gas, returnLength),
    ),
  ),
  hostFunction(
    vmHook('create1', ['i32', 'i32', 'i32', 'i32', 'i32'], undefined, lengthAt(1)),
    (frame, code, length, endowment, contract, revertLength) =>
      create(frame, code, length, readWord(frame, endowment), undefined, contract, revertLength),
  ),
  hostFunction(
    vmHook('create2', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], undefined, lengthAt(1)),
    (frame, code, length, endowment, salt, contract, revertLength) => {
      const saltWord = readBytes(frame.memory, salt, 32);
      create(frame, code, length, readWord(frame, endowment), saltWord, contract, revertLength);
    },
  ),
];

function readWord(frame: Frame, pointer: number): bigint {
  return bytesToBigint(readBytes(frame.memory, pointer, 32));
}

function call(
  frame: Frame,
  kind: 'call' | 'static' | 'delegate',
  to: number,
  data: number,
  length: number,
  value: bigint,
  gas: bigint,
  returnLength: number,
): number {
  const result = frame.calls.call(frame, {
    kind,
    to: readBytes(frame.memory, to, 20),
    value,
    input: readPayload(frame, data, length),
    gas: BigInt.asUintN(64, gas),
    stipend: value === 0n ? 0n : BigInt(frame.schedule.callStipend),
  });
  frame.returnData = result.output;
  writeU32(frame.memory, returnLength, result.output.length);
  return callStatus[result.status];
}

function create(
  frame: Frame,
  code: number,
  length: number,
  value: bigint,
  salt: Uint8Array | undefined,
  contract: number,
  revertLength: number,
): void {
  const bytes = readPayload(frame, code, length);
  const result = frame.calls.create(frame, {
    moduleHash: bytes.slice(0, HASH_BYTES),
    input: bytes.slice(HASH_BYTES),
    value,
    salt,
    gas: frame.gas.left(),
  });
  // EIP-211: return data holds what a reverted constructor said, and nothing after a success.
  frame.returnData = result.status === 'revert' ? result.output : EMPTY;
  writeBytes(frame.memory, contract, result.address ?? new Uint8Array(20));
  writeU32(frame.memory, revertLength, frame.returnData.length);
}
