/** An operand stack that shares what lies below, so that a second way costs nothing. */
export type Operands<Value> = Operand<Value> | undefined;

interface Operand<Value> {
  readonly value: Value;
  readonly below: Operands<Value>;
  readonly height: number;
}

export function heightOf(operands: Operands<unknown>): number {
  return operands?.height ?? 0;
}

export function pushed<Value>(below: Operands<Value>, value: Value): Operands<Value> {
  return { value, below, height: heightOf(below) + 1 };
}

/** Only the lowest so many. */
export function cutTo<Value>(operands: Operands<Value>, height: number): Operands<Value> {
  let left = operands;
  while (left !== undefined && left.height > height) left = left.below;
  return left;
}

/** What comes to a label: the lowest `height`, and the uppermost `arity` (0 or 1). */
export function arriving<Value>(operands: Operands<Value>, height: number, arity: number): Operands<Value> {
  const kept = cutTo(operands, height);
  return arity === 0 || operands === undefined ? kept : pushed(kept, operands.value);
}

/** Two of the same height. What is the same object in both stays. */
export function mergeOperands<Value>(
  left: Operands<Value>,
  right: Operands<Value>,
  merge: (left: Value, right: Value) => Value,
): Operands<Value> {
  const different: [Value, Value][] = [];
  let [below, other] = [left, right];
  while (below !== undefined && other !== undefined && below !== other) {
    different.push([below.value, other.value]);
    [below, other] = [below.below, other.below];
  }
  let merged = below;
  for (const [one, two] of different.reverse()) merged = pushed(merged, one === two ? one : merge(one, two));
  return merged;
}
