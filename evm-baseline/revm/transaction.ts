import { toHex } from '../../engine/bytes.ts';
import { quantity, request } from './chain.ts';

/**
 * EDR keeps a record of every instruction until a call has ended, some 350 bytes each (measured). More gas than a block of
 * mainnet had for years is not worth gigabytes.
 */
export const MAX_EXECUTION_GAS = 30_000_000n;

const STOP = Uint8Array.of(0);

/** A call or a creation from outside. */
export interface Transaction {
  /** 20 bytes. */
  readonly caller: Uint8Array;
  /** Undefined for a creation. */
  readonly to: Uint8Array | undefined;
  readonly value: bigint;
  readonly dataBytes: number;
  /** For execution alone. */
  readonly gasLimit: bigint;
  /** The request that runs it and answers with a `Trace`. */
  readonly run: string;
  /** The same with the code of accounts that it changes. */
  runWithCode(): string;
  /** Runs it and answers with an `OpcodeFrame`. */
  runForOpcodes(): string;
  /** Runs it and answers with a `StepLog`. */
  runForSteps(): string;
}

export function newTransaction(
  caller: Uint8Array,
  to: Uint8Array | undefined,
  value: bigint,
  data: Uint8Array,
  gasLimit: bigint,
): Transaction {
  // EDR lets no creation in without code. One that stops at once does the same.
  const sent = to === undefined && data.length === 0 ? STOP : data;
  const supplied = gasLimit < MAX_EXECUTION_GAS ? gasLimit : MAX_EXECUTION_GAS;
  const { intrinsic, floor } = borderGas(sent, to === undefined);
  let gas = intrinsic + supplied;
  if (gas < floor) gas = floor;
  const call = {
    from: toHex(caller),
    ...(to !== undefined && { to: toHex(to) }),
    value: quantity(value),
    data: toHex(sent),
    gas: quantity(gas),
  };
  const run = (disableCode: boolean) => {
    const prestateTracer = { diffMode: true, disableCode };
    const tracerConfig = { callTracer: { withLog: true }, flatCallTracer: {}, prestateTracer };
    return request('debug_traceCall', call, 'latest', { tracer: 'muxTracer', tracerConfig });
  };
  return {
    caller: caller.slice(),
    to,
    value,
    dataBytes: data.length,
    gasLimit,
    run: run(to !== undefined),
    runWithCode: () => run(false),
    runForOpcodes: () => request('debug_traceCall', call, 'latest', { tracer: 'erc7562Tracer' }),
    runForSteps: () => request('debug_traceCall', call, 'latest', { disableStorage: true, enableMemory: false }),
  };
}

/**
 * What a transaction pays before it executes (EIP-2028, EIP-3860 and the 32,000 of a creation), and what its limit must be at
 * least (EIP-7623).
 */
function borderGas(data: Uint8Array, isCreation: boolean): { readonly intrinsic: bigint; readonly floor: bigint } {
  let tokens = 0;
  for (const byte of data) tokens += byte === 0 ? 1 : 4;
  const creation = isCreation ? 32_000 + 2 * Math.ceil(data.length / 32) : 0;
  return { intrinsic: BigInt(21_000 + 4 * tokens + creation), floor: BigInt(21_000 + 10 * tokens) };
}
