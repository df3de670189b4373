/**
 * How often a loop takes its back edge, derived from the guest's code alone, and whether injected code computes that.
 *
 * A local x of n bits, 32 or 64, changes by the same step in every iteration, x(k) = x(0) + k * step modulo 2^n, and an iteration
 * goes on while x(k) relation bound holds, which is asked once in every iteration. So the iterations are the least k for which it
 * does not hold.
 *
 * - `ne`: k * |step| is the distance modulo 2^n. If |step| divides the distance as a plain number, the quotient is the
 *   least such k: others differ by multiples of 2^n / gcd(step, 2^n), which is no less than 2^n / |step|.
 * - `lt`, `le` upwards, `gt`, `ge` downwards: none if it does not hold for x(0). If it does, with d = the way to the last
 *   value for which it holds, as plain numbers, k = floor(d / |step|) + 1, provided that x(k) has not wrapped around.
 *
 * Injected code computes in 64 bits. Numbers of 32 are extended to them, so that sums cannot wrap around. Of 64 bits, d is
 * from 0 to 2^64 - 1 where the relation holds, so that a difference modulo 2^64, read without sign, is d itself; the
 * quotient has to be shown to be below 2^32 before anything is added to it or multiplied with it.
 */
import type { Expression, TrapCondition } from './expression.ts';
import {
  type Bits,
  constantForm,
  isConstant,
  isNamedBefore,
  type LinearForm,
  printForm,
  sumOf,
} from './linear-form.ts';
import { type Comparison, comparisonOf, type LoopNotes, negated, type Value } from './loop-values.ts';

/** A variable on its way to a bound. All forms hold in front of the loop. */
export interface Progress {
  /** Of the variable and its bound. */
  readonly bits: Bits;
  /** Which outcome of the `br_if` the loop goes on with. */
  readonly goesOnWhenTaken: boolean;
  readonly relation: 'ne' | 'lt' | 'le' | 'gt' | 'ge';
  readonly isSigned: boolean;
  /** The value that is compared in the first iteration. */
  readonly first: LinearForm;
  readonly bound: LinearForm;
  /** A constant, unless the way is upwards. */
  readonly step: LinearForm;
}

/** What the condition of a `br_if` in the loop may say about its iterations. */
export function progressesOf(loop: LoopNotes, condition: Value): readonly Progress[] {
  const [back, ...others] = loop.onBackEdges;
  if (back === undefined || others.length > 0) return [];
  const found: Progress[] = [];
  const comparison = comparisonOf(condition);
  for (const goesOnWhenTaken of [true, false]) {
    const goesOn = goesOnWhenTaken ? comparison : negated(comparison);
    for (const oriented of [goesOn, swapped(goesOn)]) {
      const progress = matchProgress(loop, back, oriented, goesOnWhenTaken);
      if (progress !== undefined) found.push(progress);
    }
  }
  return found;
}

function swapped(comparison: Comparison): Comparison {
  const { relation, left, right } = comparison;
  const mirrored = { eq: 'eq', ne: 'ne', lt: 'gt', gt: 'lt', le: 'ge', ge: 'le' } as const;
  return { ...comparison, relation: mirrored[relation], left: right, right: left };
}

function matchProgress(
  { before, atHeader, firstInside }: LoopNotes,
  back: readonly Value[],
  { bits, relation, isSigned, left, right }: Comparison,
  goesOnWhenTaken: boolean,
): Progress | undefined {
  if (relation === 'eq' || !isNamedBefore(right, firstInside)) return undefined;
  // The one unknown of the left side that was named inside is a local's value where an iteration begins.
  const local = atHeader.findIndex(({ form }) => {
    const [term] = form.terms;
    return term !== undefined && term[0] >= firstInside && left.terms.some(([name]) => name === term[0]);
  });
  const start = atHeader[local]?.form;
  const end = back[local]?.form;
  const initial = before[local]?.form;
  if (start === undefined || end === undefined || initial === undefined) return undefined;
  const ahead = sumOf(bits, left, start, -1n);
  const step = sumOf(bits, end, start, -1n);
  if (!isNamedBefore(ahead, firstInside) || !isNamedBefore(step, firstInside)) return undefined;
  const first = sumOf(bits, initial, ahead, 1n);
  const progress = { goesOnWhenTaken, bits, relation, isSigned, first, bound: right, step };
  return isTowardsBound(progress) ? progress : undefined;
}

function isTowardsBound({ relation, step }: Pick<Progress, 'relation' | 'step'>): boolean {
  // Of a step that is not known the size is that of the number without sign.
  return relation === 'lt' || relation === 'le' || isFixedTowardsBound({ relation, step });
}

function isFixedTowardsBound({ relation, step }: Pick<Progress, 'relation' | 'step'>): boolean {
  if (!isConstant(step) || step.add === 0n || sizeOf(step.add) >= MAX_STEP) return false;
  return relation === 'ne' || (relation === 'lt' || relation === 'le') === step.add > 0n;
}

/** Keeps the product with 2^32 iterations far below 2^64. */
const MAX_STEP = 2n ** 31n;
/** More are not counted: what they cost would be too near to 2^63. */
const MAX_TRIPS = 2n ** 32n;

function sizeOf(step: bigint): bigint {
  return step < 0n ? -step : step;
}

/** The trip count if it is always the same; `undefined` if not, if the variable wraps around, or if they are too many. */
export function constantTripCount(progress: Progress): number | undefined {
  const { bits, relation, isSigned, first, bound, step } = progress;
  if (!isFixedTowardsBound(progress)) return undefined;
  const size = sizeOf(step.add);
  if (relation === 'ne') {
    const way = step.add > 0n ? sumOf(bits, bound, first, -1n) : sumOf(bits, first, bound, -1n);
    const distance = BigInt.asUintN(bits, way.add);
    return isConstant(way) && distance % size === 0n ? countable(distance / size) : undefined;
  }
  if (!isConstant(first) || !isConstant(bound)) return undefined;
  const plain = isSigned ? BigInt.asIntN : BigInt.asUintN;
  const [from, to] = [plain(bits, first.add), plain(bits, bound.add)];
  const way = (step.add > 0n ? to - from : from - to) - (isInclusive(relation) ? 0n : 1n);
  const trips = way < 0n ? 0n : way / size + 1n;
  const last = from + trips * step.add;
  return last === plain(bits, last) ? countable(trips) : undefined;
}

function countable(trips: bigint): number | undefined {
  return trips <= MAX_TRIPS ? Number(trips) : undefined;
}

function isInclusive(relation: Progress['relation']): boolean {
  return relation === 'le' || relation === 'ge';
}

/**
 * Whether code in front of the loop computes the iterations, or traps, and does nothing else. The injector may not know that a
 * step is a constant, or where a bound is, and then asks for more.
 */
export function computesTrips(
  progress: Progress,
  trips: Expression,
  traps: readonly TrapCondition[],
  before: readonly Value[],
): boolean {
  const printed = (tree: Expression): string => printTree(tree, before);
  const found = traps.map(({ guards, condition }) => [...guards, condition].map(printed).join(' and '));
  const { relation } = progress;
  const forms: ExpectedCode[] = [];
  if (relation === 'ne') forms.push(tripsToEquality(progress));
  else if (isFixedTowardsBound(progress)) forms.push(tripsToOrder(progress, true));
  if (relation === 'lt' || relation === 'le') forms.push(tripsToOrder(progress, false));
  const computed = printed(trips);
  return forms.some(
    (expected) =>
      computed === expected.trips &&
      expected.traps.every((trap) => found.includes(trap)) &&
      found.every((trap, index) => found.indexOf(trap) === index && isOneOf(trap, expected)),
  );
}

function isOneOf(trap: string, { traps, mayTrap }: ExpectedCode): boolean {
  return trap === mayTrap || traps.includes(trap);
}

interface ExpectedCode {
  readonly trips: string;
  readonly traps: readonly string[];
  /** One that is right, and needed only for who knows less. */
  readonly mayTrap: string | undefined;
}

function tripsToEquality({ bits, first, bound, step }: Progress): ExpectedCode {
  const way = step.add > 0n ? sumOf(bits, bound, first, -1n) : sumOf(bits, first, bound, -1n);
  const distance = bits === 64 ? printForm(way) : call('i64.extend_i32_u', printForm(way));
  const size = sizeOf(step.add);
  const rest = call('i64.rem_u', distance, printConstant(size));
  const trips = size === 1n ? distance : call('i64.div_u', distance, printConstant(size));
  const traps = size === 1n ? [] : [call('i32.eqz', call('i64.eqz', rest))];
  if (bits === 64) traps.push(call('i64.gt_u', trips, printConstant(MAX_TRIPS)));
  return { trips, traps, mayTrap: undefined };
}

/** @param isFixed The step is a constant; else what it is, without sign, is computed too. */
function tripsToOrder(progress: Progress, isFixed: boolean): ExpectedCode {
  const { bits, relation, isSigned, first, bound, step } = progress;
  const isUpwards = relation === 'lt' || relation === 'le';
  const extended = (form: LinearForm): Code =>
    bits === 64 ? form : call(isSigned ? 'i64.extend_i32_s' : 'i64.extend_i32_u', printForm(form));
  const [from, to] = [extended(first), extended(bound)];
  const goesOn = call(`i64.${relation}_${isSigned ? 's' : 'u'}`, print(from), print(to));
  const traps: string[] = [];
  const unknown = bits === 64 ? printForm(step) : call('i64.extend_i32_u', printForm(step));
  const size = isFixed ? printConstant(sizeOf(step.add)) : unknown;
  if (!isFixed) traps.push(bits === 32 ? call('i64.eqz', size) : trapUnlessShort(step));
  const between = isUpwards ? combined('i64.sub', to, from) : combined('i64.sub', from, to);
  const way = isInclusive(relation) ? between : combined('i64.sub', between, ONE);
  const quotient = isFixed && sizeOf(step.add) === 1n ? way : call('i64.div_u', print(way), size);
  if (bits === 64) traps.push(`${goesOn} and ${call('i64.gt_u', print(quotient), printConstant(MAX_TRIPS - 1n))}`);
  const trips = print(combined('i64.add', quotient, ONE));
  const last = constantForm(64, extreme(bits, isSigned, isUpwards));
  const room = isUpwards ? combined('i64.sub', last, from) : combined('i64.sub', from, last);
  const mayTrap = `${goesOn} and ${call('i64.gt_u', call('i64.mul', trips, size), print(room))}`;
  if (!isFixed || mayWrap(progress)) traps.push(mayTrap);
  return { trips: call('choose', goesOn, trips, printConstant(0n)), traps, mayTrap };
}

/** From 1 to 2^31 - 1, so that its product with as many iterations as there may be is below 2^64. */
function trapUnlessShort(step: LinearForm): string {
  return call('i64.gt_u', print(sumOf(64, step, ONE, -1n)), printConstant(MAX_STEP - 2n));
}

/** The largest or least number of the type. */
function extreme(bits: Bits, isSigned: boolean, isLargest: boolean): bigint {
  const least = isSigned ? -(2n ** BigInt(bits - 1)) : 0n;
  return isLargest ? least + 2n ** BigInt(bits) - 1n : least;
}

/** False if the first value on the far side of the bound is a number of the type, however far a step goes. */
function mayWrap({ bits, relation, isSigned, bound, step }: Progress): boolean {
  const isUpwards = step.add > 0n;
  const beyond = sizeOf(step.add) - (isInclusive(relation) ? 0n : 1n);
  const limit = extreme(bits, isSigned, isUpwards);
  const plain = isSigned ? BigInt.asIntN : BigInt.asUintN;
  const end = isConstant(bound) ? plain(bits, bound.add) : limit;
  return isUpwards ? end + beyond > limit : end - beyond < limit;
}

/** A sum of i64 as its form, other code as it is printed. */
type Code = LinearForm | string;

const ONE = constantForm(64, 1);

function combined(operation: 'i64.add' | 'i64.sub', left: Code, right: Code): Code {
  if (typeof left === 'string' || typeof right === 'string') return call(operation, print(left), print(right));
  return sumOf(64, left, right, operation === 'i64.add' ? 1n : -1n);
}

function print(code: Code): string {
  return typeof code === 'string' ? code : printForm(code);
}

function printConstant(value: bigint): string {
  return printForm(constantForm(64, value));
}

function call(operation: string, ...operands: readonly string[]): string {
  return `${operation}(${operands.join(', ')})`;
}

/** Sums are printed as their forms in front of the loop, and powers of two in one way only. */
function printTree(tree: Expression, before: readonly Value[]): string {
  const form = formOf(tree, before);
  if (form !== undefined) return printForm(form);
  const { operation, operands } = tree;
  const [left, right] = operands;
  const constant = right?.operation === 'i64.const' ? BigInt(right.immediate) : -1n;
  if (left !== undefined && operation === 'i64.shr_u' && constant >= 0n && constant < 64n) {
    return call('i64.div_u', printTree(left, before), printConstant(1n << constant));
  }
  if (left !== undefined && operation === 'i64.and' && constant >= 0n && (constant & (constant + 1n)) === 0n) {
    return call('i64.rem_u', printTree(left, before), printConstant(constant + 1n));
  }
  return call(operation, ...operands.map((operand) => printTree(operand, before)));
}

function formOf({ operation, immediate, operands }: Expression, before: readonly Value[]): LinearForm | undefined {
  const bits = operation.startsWith('i32') ? 32 : 64;
  switch (operation) {
    case 'i32.const':
    case 'i64.const':
      return constantForm(bits, immediate);
    case 'local.get':
      return before[Number(immediate)]?.form;
    case 'i32.add':
    case 'i64.add':
    case 'i32.sub':
    case 'i64.sub': {
      const [left, right] = operands.map((operand) => formOf(operand, before));
      if (left === undefined || right === undefined) return undefined;
      return sumOf(bits, left, right, operation.endsWith('add') ? 1n : -1n);
    }
    default:
      return undefined;
  }
}
