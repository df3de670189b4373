/** What injected code computes, as a tree: the result of running it on symbols. */
export interface Expression {
  /** Mnemonic, as in `opcodes.ts`; or `choose`, of a condition and two values. */
  readonly operation: string;
  /** Of a constant its value, of `local.get` the guest's local. */
  readonly immediate: number | bigint;
  readonly operands: readonly Expression[];
  /** Nodes of the tree: what is shared counts each time. */
  readonly size: number;
}

/** A trap that the code takes under the condition, if it comes there: all guards hold. */
export interface TrapCondition {
  readonly guards: readonly Expression[];
  readonly condition: Expression;
}

export function expression(
  operation: string,
  operands: readonly Expression[],
  immediate: number | bigint = 0,
): Expression {
  return { operation, immediate, operands, size: operands.reduce((sum, { size }) => sum + size, 1) };
}
