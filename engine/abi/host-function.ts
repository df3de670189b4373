import type { ValueType } from '../../metering/format/module.ts';
import { own } from '../../metering/own.ts';
import type { Frame } from '../frame.ts';

type ArgumentOf<T extends ValueType> = T extends 'i64' ? bigint : number;
type Arguments<P extends readonly ValueType[]> = { [I in keyof P]: ArgumentOf<P[I]> };
type Result<R extends ValueType | undefined> = R extends ValueType ? ArgumentOf<R> : unknown;

/**
 * A function that the host offers to guests: its import, its type, what part of its gas depends on length, and its
 * definition. i32 arguments arrive signed, as WebAssembly hands them to JavaScript; `>>> 0` makes a pointer of one.
 *
 * Its price is a row of the schedule (`<module>.<name>`): base, plus perByte times `pricedBytes`. The linker charges
 * it before `run`, so that a definition never has to think about it.
 */
export interface HostFunction {
  readonly module: string;
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly result: ValueType | undefined;
  pricedBytes(frame: Frame, args: readonly (number | bigint)[]): number;
  run(frame: Frame, args: readonly (number | bigint)[]): number | bigint | undefined;
}

/**
 * Reads the number of bytes to price from one i32 argument.
 *
 * @example
 * const pricedBytes = lengthAt(1);
 * const log = hostFunction(
 *   { module: 'my_host', name: 'log', params: ['i32', 'i32'], result: undefined, pricedBytes },
 *   ({ memory }, pointer, lengthBytes) => void readBytes(memory, pointer, lengthBytes),
 * );
 * console.log(log.params.length); // 2
 */
export function lengthAt(index: number): (frame: Frame, args: readonly (number | bigint)[]) => number {
  return (_frame, args) => Number(args[index]) >>> 0;
}

/** The sum of two such arguments. */
export function lengthsAt(first: number, second: number): HostFunction['pricedBytes'] {
  return (_frame, args) => (Number(args[first]) >>> 0) + (Number(args[second]) >>> 0);
}

/**
 * Types a row of a host function table: `definition` gets one argument per parameter.
 *
 * @example
 * const blockNumber = hostFunction(
 *   { module: 'my_host', name: 'block_number', params: [], result: 'i64' },
 *   ({ transaction }) => transaction.block.number,
 * );
 * console.log(blockNumber.name, blockNumber.result); // block_number i64
 */
export function hostFunction<const P extends readonly ValueType[], R extends ValueType | undefined>(
  row: {
    readonly module: string;
    readonly name: string;
    readonly params: P;
    readonly result: R;
    readonly pricedBytes?: (frame: Frame, args: readonly (number | bigint)[]) => number;
  },
  definition: (frame: Frame, ...args: Arguments<P>) => Result<R>,
): HostFunction {
  return {
    module: row.module,
    name: row.name,
    params: row.params,
    result: row.result,
    pricedBytes: own(row, 'pricedBytes') ?? (() => 0),
    run: (frame, args) => definition(frame, ...(args as Arguments<P>)) as number | bigint | undefined,
  };
}
