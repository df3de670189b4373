/** What the code of a loop says about what can hold where its iterations begin, before anything is known about the iterations. */
import { Op } from '../format/opcodes.ts';
import type { Token } from './erase.ts';

export interface LoopFacts {
  /** Something is charged in it without a check. */
  readonly hasUnchecked: boolean;
  /** The stack global may be written in it. */
  readonly movesStack: boolean;
}

/** By the index of the `loop` instruction, as everywhere. Loops inside count as well. */
export function loopFacts(tokens: readonly Token[]): ReadonlyMap<number, LoopFacts> {
  const found = new Map<number, LoopFacts>();
  const blocks = [newFacts()];
  for (const token of tokens) {
    const facts = blocks.at(-1) as Facts;
    if (token.kind === 'step') {
      const { step } = token;
      facts.hasUnchecked ||= step.kind === 'charge' && !step.isChecked && step.amount > 0;
      facts.movesStack ||= step.kind === 'set-stack';
    } else if (token.kind === 'guest') {
      const { opcode } = token.instruction;
      if (opcode === Op.call || opcode === Op.callIndirect) facts.movesStack = true;
      if (opcode === Op.block || opcode === Op.if || opcode === Op.loop) blocks.push(newFacts());
      if (opcode === Op.loop) found.set(token.index, blocks.at(-1) as Facts);
      if (opcode !== Op.end) continue;
      const outer = blocks.at(-2);
      if (outer === undefined) break;
      outer.hasUnchecked ||= facts.hasUnchecked;
      outer.movesStack ||= facts.movesStack;
      blocks.pop();
    }
  }
  return found;
}

type Facts = { -readonly [Key in keyof LoopFacts]: LoopFacts[Key] };

function newFacts(): Facts {
  return { hasUnchecked: false, movesStack: false };
}
