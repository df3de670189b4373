import { opcodeOf, opcodes } from '../format/opcodes.ts';
import type { CostTable } from '../gas/cost-table.ts';
import type { FunctionCode } from './read-module.ts';

/**
 * By instruction: the cost of the basic block that begins with it (`docs/gas.md`), `undefined` where none begins. Code
 * that is never reached has costs here too: nobody comes to it.
 */
export function blockCosts(
  { code, locals }: FunctionCode,
  costs: CostTable,
  weights: ReadonlyMap<number, number>,
): readonly (number | undefined)[] {
  const ofBlock = new Array<number | undefined>(code.length).fill(undefined);
  let start = 0;
  let sum = locals.length * costs.entryPerLocal;
  for (const [index, { opcode, labels }] of code.entries()) {
    sum += (weights.get(opcode) ?? Number.NaN) + labels.length * costs.brTablePerLabel;
    if (!opcodeOf(opcode).isBlockEnd) continue;
    ofBlock[start] = sum;
    start = index + 1;
    sum = 0;
  }
  return ofBlock;
}

/** By opcode. */
export function weightsOf({ instructions }: CostTable): ReadonlyMap<number, number> {
  return new Map(opcodes.map(({ code, mnemonic }) => [code, instructions[mnemonic]]));
}
