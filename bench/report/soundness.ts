import { counted } from '../../harness/results/words.ts';
import type { ProtocolReport } from '../result/protocol-report.ts';

/** How much of a run can be believed, in sentences. */
export function soundness({ cases, plan, rerunCount, isTooNoisy, durationMs }: ProtocolReport): readonly string[] {
  const slots = cases.flatMap((found) => Object.values(found.slots));
  const processes = slots.reduce((count, { blocksNs }) => count + blocksNs.length, 0);
  const unsettled = slots.reduce((count, { steadiness }) => count + steadiness['not steady'], 0);
  const extended = cases.filter(({ isExtended }) => isExtended).length;
  const biased = cases.filter(({ self }) => self?.isBiased).length;
  const differing = cases.filter(({ difference }) => difference !== null).length;
  const failing = cases.filter(({ failure }) => failure !== undefined).length;
  return [
    `${processes} processes in ${(durationMs / 60_000).toFixed(1)} minutes: ${plan.blockCount} blocks per workload, ` +
      `${extended} workloads extended, ${rerunCount} blocks run again, ${processes - unsettled} processes settled, ` +
      `${biased} workloads biased.`,
    ...(differing === 0
      ? []
      : [`The machines differ on ${counted(differing, 'workload')}, and nothing was timed there.`]),
    ...(failing === 0 ? [] : [`Calls of ${counted(failing, 'workload')} fail, and nothing was timed there.`]),
    ...(isTooNoisy ? ['Too much else ran on this computer: no verdict can be given.'] : []),
  ];
}
