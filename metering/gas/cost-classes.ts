/**
 * The instructions by what they cost a processor: the rows of a fitted table. Two instructions are in one class where
 * measurement could not tell them apart, or no more than compilers' choices between them would blur.
 */
import { opcodes } from '../format/opcodes.ts';

export type CostClass =
  | 'marker'
  | 'local-read'
  | 'local-write'
  | 'constant'
  | 'add'
  | 'multiply'
  | 'divide32'
  | 'divide64'
  | 'count'
  | 'select'
  | 'load'
  | 'store'
  | 'global'
  | 'branch'
  | 'branch-table'
  | 'return'
  | 'call'
  | 'call-indirect'
  | 'memory-size'
  | 'memory-grow'
  | 'bulk';

const named: ReadonlyMap<string, CostClass> = new Map<string, CostClass>([
  ...list('marker', 'block loop else end nop'),
  ...list('local-read', 'local.get drop'),
  ...list('local-write', 'local.set local.tee'),
  ...list('constant', 'i32.const i64.const'),
  ...list('select', 'select'),
  ...list('global', 'global.get global.set'),
  ...list('branch', 'if br br_if'),
  ...list('branch-table', 'br_table'),
  ...list('return', 'return unreachable'),
  ...list('call', 'call'),
  ...list('call-indirect', 'call_indirect'),
  ...list('memory-size', 'memory.size'),
  ...list('memory-grow', 'memory.grow'),
  ...list('bulk', 'memory.copy memory.fill'),
]);

const patterns: readonly (readonly [RegExp, CostClass])[] = [
  [/\.load/, 'load'],
  [/\.store/, 'store'],
  [/\.mul$/, 'multiply'],
  [/^i32\.(?:div|rem)_/, 'divide32'],
  [/^i64\.(?:div|rem)_/, 'divide64'],
  [/\.(?:clz|ctz|popcnt)$/, 'count'],
  // Sums, logic, shifts, comparisons, conversions: one cycle each.
  [/^i(?:32|64)\./, 'add'],
];

function list(costClass: CostClass, mnemonics: string): [string, CostClass][] {
  return mnemonics.split(' ').map((mnemonic) => [mnemonic, costClass]);
}

/** @throws RangeError for what is no allowed instruction. */
export function costClassOf(mnemonic: string): CostClass {
  const found = named.get(mnemonic) ?? patterns.find(([pattern]) => pattern.test(mnemonic))?.[1];
  if (found === undefined) throw new RangeError(`${mnemonic} has no cost class`);
  return found;
}

/** The `instructions` of a cost table that has one number per class. */
export function weightsByClass(weights: Readonly<Record<CostClass, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(opcodes.map(({ mnemonic }) => [mnemonic, weights[costClassOf(mnemonic)]]));
}
