import { formatRuntime } from '../../../processes/runtime.ts';
import type { ProtocolReport } from '../../result/protocol-report.ts';
import { formatNs } from '../../result/units.ts';
import type { Accent } from './accents.ts';
import { type Markup, markup, type Part } from './markup.ts';

/** Where and with what it was measured, and what was fixed before. */
export function environmentSection({ environment, plan }: ProtocolReport, accent: Accent): Markup {
  const { trimeter, cpu, cores, os, flags, date, backends } = environment;
  const { slot } = plan;
  const rows: readonly (readonly [Part, Part])[] = [
    ['Date', date],
    ...(trimeter === undefined ? [] : [['Trimeter', trimeter] as const]),
    ['Processor', `${cpu}, ${cores} cores`],
    ['System', os],
    ['Runtime', formatRuntime(environment)],
    ['Flags', flags === '' ? 'none' : flags],
    ...Object.entries(backends).map(
      ([name, description]) => [markup`<span class="machine ${accent(name)}">${name}</span>`, description] as const,
    ),
    [
      'Plan',
      plan.inOneProcess
        ? `one process, ${plan.blockCount} blocks per workload, seed ${plan.seed}; of each machine ${formatNs(slot.warmUpNs)} of warm-up, and ${slot.sampleCount === 1 ? 'a sample' : `${slot.sampleCount} samples`} of ${formatNs(slot.sampleNs)} in each block`
        : `${plan.blockCount} blocks per workload, ${plan.anchorBlockCount} with anchors, seed ${plan.seed}; in each process ${formatNs(slot.warmUpNs)} of warm-up, up to ${formatNs(slot.settleNs ?? 0)} to settle, then ${slot.sampleCount} samples of ${formatNs(slot.sampleNs)}`,
    ],
  ];
  return markup`<dl class="facts">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
