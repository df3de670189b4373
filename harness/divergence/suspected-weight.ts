import type { RecordedStep } from '../../engine/recording.ts';
import { type Mnemonic, opcodeOf } from '../../metering/format/opcodes.ts';
import type { CodeView } from './code-view.ts';

/** A weight that explains all differences in the charges of blocks from a step on, if just one does. */
export interface SuspectedWeight {
  readonly mnemonic: Mnemonic;
  /** How much more it costs on the left side; negative for less. */
  readonly by: number;
}

/** Compares the charges of the blocks that both sides have come to, as long as they take the same way. */
export function suspectedWeight(
  from: number,
  left: readonly RecordedStep[],
  right: readonly RecordedStep[],
  views: ReadonlyMap<string, CodeView>,
): SuspectedWeight | undefined {
  let suspects: Map<Mnemonic, number> | undefined;
  for (let at = from; at < Math.min(left.length, right.length); at++) {
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
    const fits = (by: number, count: number): boolean => by * count === more;
    suspects ??= new Map([...counts].map(([mnemonic, count]) => [mnemonic, more / count]));
    for (const [mnemonic, by] of suspects) if (!fits(by, counts.get(mnemonic) ?? 0)) suspects.delete(mnemonic);
  }
  const [only, ...others] = suspects ?? [];
  return only === undefined || others.length > 0 ? undefined : { mnemonic: only[0], by: only[1] };
}
