/** Which loop is around what, and what is set in it. */
import { Op } from '../format/opcodes.ts';
import type { CodeInstruction } from './read-module.ts';

export interface Nesting {
  /** By the index of a `loop` instruction: the locals that are set in it. */
  readonly setIn: ReadonlyMap<number, ReadonlySet<number>>;
  /** By the index of a `br_if`: its innermost loop. */
  readonly loopOf: ReadonlyMap<number, number>;
  /** Of those that lead back to the head of that loop, or out of it, and not to the end of a block in it: whether it is back. */
  readonly leadsBack: ReadonlyMap<number, boolean>;
}

export function nestingOf(code: readonly CodeInstruction[]): Nesting {
  const setIn = new Map<number, Set<number>>();
  const loopOf = new Map<number, number>();
  const leadsBack = new Map<number, boolean>();
  const blocks: { readonly loop: number; readonly set: Set<number> }[] = [{ loop: -1, set: new Set() }];
  for (const [index, { opcode, immediate }] of code.entries()) {
    const innermost = blocks.at(-1);
    if (innermost === undefined) break;
    if (opcode === Op.loop) {
      const own = { loop: index, set: new Set<number>() };
      setIn.set(index, own.set);
      blocks.push(own);
    } else if (opcode === Op.block || opcode === Op.if) {
      blocks.push(innermost);
    } else if (opcode === Op.end) {
      const outer = blocks.at(-2);
      if (outer !== innermost) for (const local of innermost.set) outer?.set.add(local);
      blocks.pop();
    } else if (opcode === Op.localSet || opcode === Op.localTee) {
      innermost.set.add(Number(immediate));
    } else if (opcode === Op.brIf) {
      loopOf.set(index, innermost.loop);
      const target = blocks.length - 1 - Number(immediate);
      const head = blocks.indexOf(innermost);
      if (target <= head) leadsBack.set(index, target === head);
    }
  }
  return { setIn, loopOf, leadsBack };
}
