import type { Instruction } from './module.ts';
import { Op, opcodeOf } from './opcodes.ts';

/** A run of instructions that is entered only at its first and left only after its last. */
export interface BasicBlock {
  /** Index of the first instruction. */
  readonly start: number;
  /** Index past the last instruction. */
  readonly end: number;
  /** Whether anything can get here; decided from the instructions alone, as validation does. */
  readonly isReachable: boolean;
}

/** Cuts a function body into basic blocks, in order and without gaps. The definition is that of `docs/gas.md`. */
export function basicBlocks(instructions: readonly Instruction[]): readonly BasicBlock[] {
  const blocks: BasicBlock[] = [];
  // For each open `block`, `loop` and `if`: whether control gets to its beginning, and so, at the latest, to its `end`.
  const entered: boolean[] = [];
  let isReachable = true;
  let start = 0;
  for (let index = 0; index < instructions.length; index += 1) {
    const opcode = instructions[index]?.opcode ?? Op.end;
    if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) entered.push(isReachable);
    if (!opcodeOf(opcode).isBlockEnd) continue;
    blocks.push({ start, end: index + 1, isReachable });
    start = index + 1;
    if (opcode === Op.else) isReachable = entered.at(-1) ?? true;
    else if (opcode === Op.end) isReachable = entered.pop() ?? true;
    else if (neverGoesOn.has(opcode)) isReachable = false;
  }
  return blocks;
}

const neverGoesOn: ReadonlySet<number> = new Set([Op.unreachable, Op.br, Op.brTable, Op.return]);
