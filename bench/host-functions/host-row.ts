/** Contracts that are called by the program of a row. */
export type HostShape =
  | 'returns'
  | 'reverts'
  | 'exits'
  | 'reverts by exit'
  | 'traps'
  | 'runs again'
  | 'nests'
  | 'nests and runs again';

/** What a program of the benchmark does in each turn: WebAssembly text over the memory that `host-program.ts` lays out. */
export interface HostRow {
  /** What is special about the arguments. */
  readonly what: string;
  /** Operands of the function, or, with `isText`, all of the turn. */
  readonly turn: string;
  readonly isText?: true;
  /** Once, in front of the loop. */
  readonly before?: string;
  /** Where a limit of the schedule, or the time it takes, allows fewer than usual. */
  readonly turns?: number;
  /** Of call data; 4 at least. */
  readonly inputBytes?: number;
  /** What the address of the child runs. */
  readonly child?: HostShape;
}
