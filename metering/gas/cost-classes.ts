/**
 * The instructions by what they cost a processor: the rows of a fitted table. Two instructions are in one class where
 * measurement could not tell them apart, or no more than compilers' choices between them would blur.
 */
import type { Mnemonic } from '../format/opcodes.ts';
import { byRule, each, family, on } from './by-mnemonic.ts';

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

export const costClasses: Readonly<Record<Mnemonic, CostClass>> = {
  ...each('marker', 'block', 'loop', 'else', 'end', 'nop'),
  ...each('local-read', 'local.get', 'drop'),
  ...each('local-write', 'local.set', 'local.tee'),
  ...each('constant', 'i32.const', 'i64.const'),
  ...each('select', 'select'),
  ...each('global', 'global.get', 'global.set'),
  ...each('branch', 'if', 'br', 'br_if'),
  ...each('branch-table', 'br_table'),
  ...each('return', 'return', 'unreachable'),
  ...each('call', 'call'),
  ...each('call-indirect', 'call_indirect'),
  ...each('memory-size', 'memory.size'),
  ...each('memory-grow', 'memory.grow'),
  ...each('bulk', 'memory.copy', 'memory.fill'),
  ...each('load', ...on('i32', family.narrowLoads), ...on('i64', family.wideLoads)),
  ...each('store', ...on('i32', family.narrowStores), ...on('i64', family.wideStores)),
  ...each('multiply', 'i32.mul', 'i64.mul'),
  ...each('divide32', ...on('i32', family.divisions)),
  ...each('divide64', ...on('i64', family.divisions)),
  ...each('count', ...on('i32', ['clz', 'ctz', 'popcnt']), ...on('i64', ['clz', 'ctz', 'popcnt'])),
  // One cycle each.
  ...each('add', ...on('i32', family.comparisons), ...on('i64', family.comparisons), ...family.conversions),
  ...each('add', ...on('i32', family.arithmetic), ...on('i64', family.arithmetic)),
};

/** The `instructions` of a cost table that has one number per class. */
export function weightsByClass(weights: Readonly<Record<CostClass, number>>): Readonly<Record<Mnemonic, number>> {
  return byRule(({ mnemonic }) => weights[costClasses[mnemonic]]);
}
