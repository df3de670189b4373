import type { FlowGraph } from '../flow/flow-graph.ts';
import type { CountedLoop } from '../loops/counted-loops.ts';

/** What the charge placement of one function is made from. Flags are 1 for yes. */
export interface FunctionToPlan {
  readonly graph: FlowGraph;
  /** By block: the cost of `docs/gas.md`, without dynamic terms. */
  readonly costs: Float64Array;
  /** By block: what the function that it ends with calling wants prepaid. */
  readonly calleePrepaid: Float64Array;
  /** By block: it ends with a call that can lead to the host. */
  readonly isCut: Uint8Array;
  /** By block: it ends in `unreachable` and is not paid for. */
  readonly isTrap: Uint8Array;
  /** By block: it ends with a call of a function that can call itself. */
  readonly isRecursion: Uint8Array;
  /** By block: it ends with an `if` of what is zero, or of two numbers that are equal. */
  readonly testsEquality: Uint8Array;
  readonly countedLoops: readonly CountedLoop[];
  /** What callers pay ahead: so much, or else what is best, up to a limit. */
  readonly prepaid: number | { readonly atMost: number };
}
