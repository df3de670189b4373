import { isStackOverflow } from '../native-stack.ts';

/** Names of the EVM's precompiled contracts at 0x01 to 0x0a, those of Cancun and Prague. */
export type PrecompileName =
  | 'ecrecover'
  | 'sha256'
  | 'ripemd160'
  | 'identity'
  | 'modexp'
  | 'bn254-add'
  | 'bn254-mul'
  | 'bn254-pairing'
  | 'blake2f'
  | 'point-evaluation';

/** One of them, as a function of its input. */
export interface Precompile {
  readonly name: PrecompileName;
  /** Where price and definition come from. */
  readonly source: string;
  /** In the EVM's gas. Looks at lengths alone (and at the rounds of BLAKE2), so that nothing is done before it is paid for. */
  gasOf(input: Uint8Array): bigint;
  /** undefined for input that makes the call fail, which takes all its gas. */
  run(input: Uint8Array): Uint8Array | undefined;
}

/** Bytes of an input, which has zeros behind its end. */
export function inputPart(input: Uint8Array, at: number, lengthBytes: number): Uint8Array {
  const part = new Uint8Array(lengthBytes);
  part.set(input.subarray(at, at + lengthBytes));
  return part;
}

/**
 * The result of a computation by a library that throws on values it does not accept.
 *
 * @throws what the engine throws when the native stack is full, which says nothing about the values.
 */
export function unlessRefused<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError || isStackOverflow(error)) throw error;
    return undefined;
  }
}
