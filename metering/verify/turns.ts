/**
 * How often a loop takes its way back, derived from the guest's code alone, and whether injected code computes that.
 *
 * A local x changes by the same step in every turn, x(k) = x(0) + k * step modulo 2^32, and a turn goes on while
 * x(k) relation bound holds, which is asked once in every turn. So the turns are the least k for which it does not hold.
 *
 * - `ne`: k * |step| is the distance modulo 2^32. If |step| divides the distance as a plain number, the quotient is the
 *   least such k: others differ by multiples of 2^32 / gcd(step, 2^32), which is no less than 2^32 / |step|.
 * - `lt`, `le` upwards, `gt`, `ge` downwards: with d = the way to the first value that ends the loop, as plain numbers,
 *   k = ceil(d / |step|) or 0, provided that x(k) is still a number of 32 bits.
 */
import type { Expression, TrapCondition } from './expression.ts';
import { constantForm, isConstant, isNamedBefore, type LinearForm, printForm, sumOf } from './linear-form.ts';
import { type Comparison, comparisonOf, type LoopNotes, negated, type Value } from './loop-values.ts';

/** A variable on its way to a bound. All forms hold in front of the loop. */
export interface Progress {
  /** Which outcome of the `br_if` the loop goes on with. */
  readonly goesOnWhenTaken: boolean;
  readonly relation: 'ne' | 'lt' | 'le' | 'gt' | 'ge';
  readonly isSigned: boolean;
  /** The value that is compared in the first turn. */
  readonly first: LinearForm;
  readonly bound: LinearForm;
  /** Modulo 2^32. */
  readonly step: LinearForm;
}

/** What the condition of a `br_if` in the loop says about its turns; `undefined` if nothing. */
export function progressOf(loop: LoopNotes, condition: Value): Progress | undefined {
  const [back, ...others] = loop.onWaysBack;
  if (back === undefined || others.length > 0) return undefined;
  const comparison = comparisonOf(condition);
  for (const goesOnWhenTaken of [true, false]) {
    const goesOn = goesOnWhenTaken ? comparison : negated(comparison);
    for (const oriented of [goesOn, swapped(goesOn)]) {
      const found = matchProgress(loop, back, oriented, goesOnWhenTaken);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function swapped(comparison: Comparison): Comparison {
  const { relation, left, right } = comparison;
  const mirrored = { eq: 'eq', ne: 'ne', lt: 'gt', gt: 'lt', le: 'ge', ge: 'le' } as const;
  return { ...comparison, relation: mirrored[relation], left: right, right: left };
}

function matchProgress(
  { before, atHeader, firstInside }: LoopNotes,
  back: readonly Value[],
  { relation, isSigned, left, right }: Comparison,
  goesOnWhenTaken: boolean,
): Progress | undefined {
  if (relation === 'eq' || !isNamedBefore(right, firstInside)) return undefined;
  // The one unknown of the left side that was named inside is a local's value where a turn begins.
  const local = atHeader.findIndex(({ form }) => {
    const [term] = form.terms;
    return term !== undefined && term[0] >= firstInside && left.terms.some(([name]) => name === term[0]);
  });
  const start = atHeader[local]?.form;
  const end = back[local]?.form;
  const initial = before[local]?.form;
  if (start === undefined || end === undefined || initial === undefined) return undefined;
  const ahead = sumOf(left, start, -1);
  const step = sumOf(end, start, -1);
  if (ahead === undefined || step === undefined) return undefined;
  if (!isNamedBefore(ahead, firstInside) || !isNamedBefore(step, firstInside)) return undefined;
  const first = sumOf(initial, ahead, 1);
  if (first === undefined) return undefined;
  const isTowardsBound =
    relation === 'ne'
      ? isConstant(step) && step.add !== 0 && step.add !== LEAST
      : relation === 'lt' || relation === 'le'
        ? !isConstant(step) || step.add > 0
        : isConstant(step) && step.add < 0 && step.add !== LEAST;
  return isTowardsBound ? { goesOnWhenTaken, relation, isSigned, first, bound: right, step } : undefined;
}

const LEAST = -(2 ** 31);

/** The turns if they are always as many; `undefined` if not, or if the variable wraps around. */
export function constantTurns({ relation, isSigned, first, bound, step }: Progress): number | undefined {
  if (!isConstant(step)) return undefined;
  const size = Math.abs(step.add);
  if (relation === 'ne') {
    const way = sumOf(bound, first, -1);
    if (way === undefined || !isConstant(way)) return undefined;
    const distance = (step.add > 0 ? way.add : -way.add) >>> 0;
    return distance % size === 0 ? distance / size : undefined;
  }
  if (!isConstant(first) || !isConstant(bound)) return undefined;
  const plain = (value: number): number => (isSigned ? value : value >>> 0);
  const isInclusive = relation === 'le' || relation === 'ge';
  const way = (plain(bound.add) - plain(first.add)) * Math.sign(step.add) + (isInclusive ? 1 : 0);
  const turns = Math.max(0, Math.ceil(way / size));
  const last = plain(first.add) + turns * step.add;
  return last === plain(last | 0) ? turns : undefined;
}

/** Whether code in front of the loop computes the turns, or traps. */
export function computesTurns(
  progress: Progress,
  turns: Expression,
  traps: readonly TrapCondition[],
  before: readonly Value[],
): boolean {
  const print = (tree: Expression): string => printTree(tree, before);
  const found = new Set(traps.map(({ guards, condition }) => [...guards, condition].map(print).join(' and ')));
  const expected = progress.relation === 'ne' ? turnsToEquality(progress) : turnsToOrder(progress);
  return expected !== undefined && print(turns) === expected.turns && expected.traps.every((trap) => found.has(trap));
}

interface ExpectedCode {
  readonly turns: string;
  readonly traps: readonly string[];
}

function turnsToEquality({ first, bound, step }: Progress): ExpectedCode | undefined {
  const way = step.add > 0 ? sumOf(bound, first, -1) : sumOf(first, bound, -1);
  if (way === undefined) return undefined;
  const distance = call('i64.extend_i32_u', printForm(way));
  const size = Math.abs(step.add);
  if (size === 1) return { turns: distance, traps: [] };
  const rest = call('i64.rem_u', distance, size);
  return { turns: call('i64.div_u', distance, size), traps: [call('i32.eqz', call('i64.eqz', rest))] };
}

function turnsToOrder(progress: Progress): ExpectedCode {
  const { relation, isSigned, first, bound, step } = progress;
  const isUpwards = relation === 'lt' || relation === 'le';
  const isInclusive = relation === 'le' || relation === 'ge';
  const extend = isSigned ? 'i64.extend_i32_s' : 'i64.extend_i32_u';
  const from = call(extend, printForm(first));
  const to = call(extend, printForm(bound));
  const isFixed = isConstant(step);
  const size = isFixed ? Math.abs(step.add) : call('i64.extend_i32_u', printForm(step));
  const between = isUpwards ? call('i64.sub', to, from) : call('i64.sub', from, to);
  const way = isInclusive ? call('i64.add', between, 1) : between;
  const quotient = size === 1 ? way : call('i64.div_u', call('i64.sub', call('i64.add', way, size), 1), size);
  const isAny = call('i64.gt_s', way, 0);
  const traps: string[] = [];
  if (!isFixed) traps.push(call('i64.eqz', size));
  if (mayWrap(progress)) {
    const room = isUpwards
      ? call('i64.sub', extreme(isSigned, true), from)
      : call('i64.sub', from, extreme(isSigned, false));
    traps.push(`${isAny} and ${call('i64.gt_s', call('i64.mul', quotient, size), room)}`);
  }
  return { turns: call('choose', isAny, quotient, 0), traps };
}

/** The largest or least number of 32 bits. */
function extreme(isSigned: boolean, isLargest: boolean): number {
  if (isLargest) return isSigned ? 2 ** 31 - 1 : 2 ** 32 - 1;
  return isSigned ? LEAST : 0;
}

/** False if the first value on the far side of the bound is a number of 32 bits, however far a step goes. */
function mayWrap({ relation, isSigned, bound, step }: Progress): boolean {
  if (!isConstant(step)) return true;
  const isUpwards = step.add > 0;
  const isInclusive = relation === 'le' || relation === 'ge';
  const beyond = Math.abs(step.add) - (isInclusive ? 0 : 1);
  const plain = isSigned ? bound.add : bound.add >>> 0;
  const limit = extreme(isSigned, isUpwards);
  const end = isConstant(bound) ? plain : limit;
  return isUpwards ? end + beyond > limit : end - beyond < limit;
}

function call(operation: string, ...operands: readonly (string | number)[]): string {
  return `${operation}(${operands.join(', ')})`;
}

/** i32 sums are printed as their forms in front of the loop, and powers of two in one way only. */
function printTree(tree: Expression, before: readonly Value[]): string {
  const form = formOf(tree, before);
  if (form !== undefined) return printForm(form);
  const { operation, immediate, operands } = tree;
  if (operation === 'i64.const') return String(immediate);
  const [left, right] = operands;
  const constant = right?.operation === 'i64.const' ? BigInt(right.immediate) : -1n;
  if (left !== undefined && operation === 'i64.shr_u' && constant >= 0n && constant < 64n) {
    return call('i64.div_u', printTree(left, before), String(1n << constant));
  }
  if (left !== undefined && operation === 'i64.and' && constant >= 0n && (constant & (constant + 1n)) === 0n) {
    return call('i64.rem_u', printTree(left, before), String(constant + 1n));
  }
  return call(operation, ...operands.map((operand) => printTree(operand, before)));
}

function formOf({ operation, immediate, operands }: Expression, before: readonly Value[]): LinearForm | undefined {
  if (operation === 'i32.const') return constantForm(Number(immediate));
  if (operation === 'local.get') return before[Number(immediate)]?.form;
  if (operation !== 'i32.add' && operation !== 'i32.sub') return undefined;
  const [left, right] = operands.map((operand) => formOf(operand, before));
  return left === undefined || right === undefined ? undefined : sumOf(left, right, operation === 'i32.add' ? 1 : -1);
}
