import type { FunctionBody, Instruction } from '../../metering/format/module.ts';
import { opcodeOf } from '../../metering/format/opcodes.ts';
import type { CostTable } from '../../metering/gas/cost-table.ts';

/** Instructions that end a basic block (docs/gas.md, "Basic blocks"). */
const CUTS: ReadonlySet<string> = new Set([
  'loop',
  'if',
  'else',
  'end',
  'br',
  'br_if',
  'br_table',
  'return',
  'unreachable',
  'call',
  'call_indirect',
]);

function weight({ opcode, labels }: Instruction, costs: CostTable): number {
  const ofOpcode = costs.instructions[opcodeOf(opcode).mnemonic];
  return ofOpcode + (labels === undefined ? 0 : labels.length * costs.brTablePerLabel);
}

/** What it costs to enter each basic block of a function, by the index of the block's first instruction. */
export function gasOfBlocks({ instructions, locals }: FunctionBody, costs: CostTable): ReadonlyMap<number, number> {
  const blocks = new Map<number, number>();
  let first = 0;
  let gas = locals.length * costs.entryPerLocal;
  for (const [index, instruction] of instructions.entries()) {
    gas += weight(instruction, costs);
    if (!CUTS.has(opcodeOf(instruction.opcode).mnemonic)) continue;
    blocks.set(first, gas);
    first = index + 1;
    gas = 0;
  }
  return blocks;
}
