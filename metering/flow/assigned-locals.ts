import type { Instruction } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';

/** In the order of the `loop` instructions: the locals that are set between each and its `end`. */
export function assignedInLoops(instructions: readonly Instruction[]): readonly ReadonlySet<number>[] {
  const found: Set<number>[] = [];
  // What is open, with the locals so far; those of a `block` or an `if` are those of the loop around it.
  const open: (Set<number> | undefined)[] = [undefined];
  for (let index = 0; index < instructions.length; index += 1) {
    const { opcode, immediate } = instructions[index] ?? { opcode: Op.end, immediate: 0 };
    const assigned = open.at(-1);
    if (opcode === Op.localSet || opcode === Op.localTee) {
      assigned?.add(Number(immediate));
    } else if (opcode === Op.loop) {
      const inside = new Set<number>();
      found.push(inside);
      open.push(inside);
    } else if (opcode === Op.block || opcode === Op.if) {
      open.push(assigned);
    } else if (opcode === Op.end) {
      open.pop();
      const outer = open.at(-1);
      if (assigned !== outer) for (const local of assigned ?? []) outer?.add(local);
    }
  }
  return found;
}
