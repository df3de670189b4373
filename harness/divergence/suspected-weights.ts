import type { RecordedStep } from '../../engine/recording.ts';
import { type Mnemonic, opcodeOf } from '../../metering/format/opcodes.ts';
import type { CodeView } from './code-view.ts';

/** A weight that would explain all differences in the charges of blocks by itself. */
export interface SuspectedWeight {
  readonly mnemonic: Mnemonic;
  /** How much more it costs on the left side; negative for less. */
  readonly by: number;
}

const MOST_SUSPECTS = 4;

/** Compares the charges of all blocks that both sides have come to, as long as they take the same way. None if there are many. */
export function suspectedWeights(
  left: readonly RecordedStep[],
  right: readonly RecordedStep[],
  views: ReadonlyMap<string, CodeView>,
): readonly SuspectedWeight[] {
  /** By mnemonic: how much more, undefined as long as no block with it was dearer. */
  const suspects = new Map<Mnemonic, number>();
  const cleared = new Set<Mnemonic>();
  for (let at = 1; at < Math.min(left.length, right.length); at++) {
    const [ours, theirs] = [left[at], right[at]] as [RecordedStep, RecordedStep];
    if (ours.kind !== theirs.kind || ours.depth !== theirs.depth || ours.at !== theirs.at) break;
    const [before, beforeTheirs] = [left[at - 1], right[at - 1]];
    if (theirs.kind !== 'block' || before?.depth !== ours.depth || beforeTheirs?.depth !== theirs.depth) continue;
    const more = Number(before.gasLeft - ours.gasLeft - (beforeTheirs.gasLeft - theirs.gasLeft));
    const counts = new Map<Mnemonic, number>();
    for (const { opcode } of views.get(theirs.module)?.blockFrom(theirs.at) ?? []) {
      const { mnemonic } = opcodeOf(opcode);
      counts.set(mnemonic, (counts.get(mnemonic) ?? 0) + 1);
    }
    for (const [mnemonic, count] of counts) {
      const by = suspects.get(mnemonic) ?? more / count;
      if (by * count === more && more !== 0) suspects.set(mnemonic, by);
      else cleared.add(mnemonic);
    }
    // Whoever is not in a block that is dearer is not what makes it so.
    if (more !== 0) for (const mnemonic of suspects.keys()) if (!counts.has(mnemonic)) cleared.add(mnemonic);
  }
  const remaining = [...suspects].filter(([mnemonic]) => !cleared.has(mnemonic));
  return remaining.length > MOST_SUSPECTS ? [] : remaining.map(([mnemonic, by]) => ({ mnemonic, by }));
}
