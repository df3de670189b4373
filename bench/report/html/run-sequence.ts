import {
  isOfOneProcess,
  type ProtocolCase,
  type ProtocolReport,
  type SlotReport,
} from '../../result/protocol-report.ts';
import { formatNs } from '../../result/units.ts';
import { median } from '../../stats/median.ts';
import type { Accent } from './accents.ts';
import { PLOT_WIDTH, px } from './coordinates.ts';
import { logAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';
import { facet, facets, plot } from './plot.ts';

const HEIGHT = 74;
const [TOP, BOTTOM] = [8, 66];

/** All samples in the order in which they were taken, a plot per workload and machine, folded. */
export function runSequences(report: ProtocolReport, accent: Accent): Markup | undefined {
  const { cases } = report;
  const unit = isOfOneProcess(report) ? 'blocks' : 'processes';
  const timed = cases.filter(({ slots }) => Object.keys(slots).length > 0);
  return timed.length === 0 ? undefined : markup`${timed.map((found) => workloadSequences(found, unit, accent))}`;
}

function workloadSequences({ id, workload, slots }: ProtocolCase, unit: string, accent: Accent): Markup {
  const machines = Object.entries(slots);
  const sampleCount = machines.reduce((sum, [, { samplesNs }]) => sum + samplesNs.flat().length, 0);
  const blockCount = machines.reduce((sum, [, { samplesNs }]) => sum + samplesNs.length, 0);
  const plots = machines.map(([machine, slot]) => {
    const samples = slot.samplesNs.flat();
    const range = `${formatNs(least(samples))} to ${formatNs(greatest(samples))}`;
    return facet(
      markup`<b class="machine ${accent(machine)}">${machine}</b> ${range}`,
      sequencePlot(`${id}/${workload} on ${machine}`, slot, unit, accent(machine)),
    );
  });
  return markup`<details><summary><b>${id}/${workload}</b> ${machines.length} machines, ${blockCount} ${unit}, ${sampleCount} samples</summary>${facets(plots)}</details>`;
}

/** Dots are samples, bands are processes or blocks, lines their medians: what counts. */
function sequencePlot(title: string, { samplesNs }: SlotReport, unit: string, className: string): Markup {
  const samples = samplesNs.flat();
  const axis = logAxis(samples, BOTTOM, TOP);
  const step = PLOT_WIDTH / samples.length;
  const starts = samplesNs.map((_, block) => samplesNs.slice(0, block).flat().length);
  const bands = samplesNs.map((process, block) =>
    block % 2 === 0
      ? undefined
      : markup`<rect class="band" x="${px((starts[block] as number) * step)}" y="0" width="${px(process.length * step)}" height="${HEIGHT}"/>`,
  );
  const medians = samplesNs.map((process, block) => {
    const from = (starts[block] as number) * step;
    return `M${px(from)} ${px(axis.at(median(process)))}h${px(process.length * step)}`;
  });
  // A line of no length with round ends is a dot.
  const dots = samples.map((ns, at) => `M${px((at + 0.5) * step)} ${px(axis.at(ns))}h0`);
  return plot({
    title,
    description: `${samples.length} samples of ${samplesNs.length} ${unit} in order, time on a logarithmic axis, none left out; lines are the medians of the ${unit}.`,
    height: HEIGHT,
    className,
    content: markup`${bands}<path class="dots" d="${dots.join('')}"/><path class="medians" d="${medians.join('')}"/>`,
  });
}

/** There may be more samples than a call takes arguments. */
function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}
