import { counted } from '../../harness/text/words.ts';
import { isOfOneProcess, type ProtocolReport } from '../result/protocol-report.ts';
import { formatFloor } from '../result/units.ts';

/** How much of a run can be believed, in sentences: what was done, and then what speaks against it. */
export function soundness(report: ProtocolReport): readonly string[] {
  const { cases, isTooNoisy } = report;
  const differing = cases.filter(({ difference }) => difference !== null).length;
  const failing = cases.filter(({ failure }) => failure !== undefined).length;
  return [
    isOfOneProcess(report) ? effortOfOneProcess(report) : effortOf(report),
    ...(differing === 0
      ? []
      : [`The machines differ on ${counted(differing, 'workload')}, and nothing was timed there.`]),
    ...(failing === 0 ? [] : [`Calls of ${counted(failing, 'workload')} fail, and nothing was timed there.`]),
    ...(isTooNoisy ? ['Too much else ran on this computer: no verdict can be given.'] : []),
    ...(isOfOneProcess(report) ? warningsOfOneProcess(report) : []),
  ];
}

function effortOf({ cases, plan, rerunCount, durationMs }: ProtocolReport): string {
  const slots = cases.flatMap((found) => Object.values(found.slots));
  const processes = slots.reduce((count, { blocksNs }) => count + blocksNs.length, 0);
  const unsettled = slots.reduce((count, { steadiness }) => count + steadiness['not steady'], 0);
  const extended = cases.filter(({ isExtended }) => isExtended).length;
  const biased = cases.filter(({ self }) => self?.isBiased).length;
  return (
    `${processes} processes in ${minutes(durationMs)}: ${plan.blockCount} blocks per workload, ` +
    `${extended} workloads extended, ${rerunCount} blocks run again, ${processes - unsettled} processes settled, ` +
    `${biased} workloads biased.`
  );
}

function effortOfOneProcess({ cases, plan, durationMs }: ProtocolReport): string {
  const floors = cases.flatMap(({ self }) => self ?? []);
  const [first] = floors;
  const floor = floors.reduce((most, each) => Math.max(most, each.floor), 1);
  const noise = first === undefined ? '' : `; two copies of ${first.machine} differ by up to ${formatFloor(floor)}`;
  return [
    'Quick protocol: one process, machines interleaved in shuffled order; medians over the blocks.',
    `${plan.blockCount} blocks per workload in ${minutes(durationMs)}${noise}.`,
  ].join(' ');
}

function warningsOfOneProcess({ cases }: ProtocolReport): readonly string[] {
  const comparisons = cases.flatMap((found) => Object.values(found.comparisons));
  const vague = comparisons.filter(({ verdict }) => verdict === 'unstable').length;
  return [
    'A quick run is one process, which gives no verdicts: differences of a few percent are noise.',
    ...(vague === 0
      ? []
      : [
          `Of ${counted(comparisons.length, 'interval')} ${vague} ${vague === 1 ? 'spans' : 'span'} more than a factor of 2: too much else ran on this computer, and nothing can be concluded there.`,
        ]),
  ];
}

function minutes(durationMs: number): string {
  return durationMs < 100_000
    ? counted(Math.max(1, Math.round(durationMs / 1000)), 'second')
    : `${(durationMs / 60_000).toFixed(1)} minutes`;
}
