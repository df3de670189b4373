import type { PlannedSlot } from '../protocol/agree-on-jobs.ts';
import { type Block, type Launcher, runBlock } from '../protocol/block.ts';
import { blockTimesNs } from '../protocol/block-times.ts';
import type { ProtocolPlan } from '../protocol/protocol-plan.ts';
import { throughputRatio } from '../stats/ratio.ts';
import type { Estimate } from '../stats/signed-rank.ts';

/** What an experiment said about a copy of a machine that does `factor` times the work. */
export interface Recovery {
  readonly factor: number;
  /** Of the slowdown. */
  readonly estimate: Estimate;
}

export interface Experiment {
  /** Empty if the computer was too noisy and the protocol refused. */
  readonly recoveries: readonly Recovery[];
}

/**
 * One run of the protocol on copies of a single machine, the first of which does the work once, and the others so many
 * times as their factor says. The truth is therefore known.
 *
 * @param rerunShare Infinity keeps disturbed blocks, to see what the interval alone is worth.
 */
export async function runExperiment(
  slots: readonly PlannedSlot[],
  factors: readonly number[],
  launcher: Launcher,
  next: () => number,
  { blockCount, rerunShare }: Pick<ProtocolPlan, 'blockCount' | 'rerunShare'>,
): Promise<Experiment> {
  const blocks: Block[] = [];
  let reruns = 0;
  while (blocks.length < blockCount) {
    const block = await runBlock(slots, false, launcher, next, () => {});
    if (!block.isDisturbed || rerunShare === Number.POSITIVE_INFINITY) blocks.push(block);
    else if (++reruns > rerunShare * blockCount) return { recoveries: [] };
  }
  const base = blockTimesNs(slots, blocks, 0);
  return {
    recoveries: factors.map((factor, at) => {
      return { factor, estimate: throughputRatio(base, blockTimesNs(slots, blocks, at + 1)) };
    }),
  };
}
