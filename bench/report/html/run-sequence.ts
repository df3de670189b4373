import { counted } from '../../../harness/text/words.ts';
import { duplicateName } from '../../protocol/agree-on-jobs.ts';
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
import { horizontalGrid } from './grid.ts';
import { logAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';
import { facet, facets, plot } from './plot.ts';

const HEIGHT = 128;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, PLOT_WIDTH - 4, 8, HEIGHT - 34];
/** As many numbers of blocks stand side by side. */
const MAX_NUMBERS = 12;
/** Up to so many samples are drawn larger. */
const SPARSE = 40;

/** All samples in the order in which they were taken, a plot per workload and machine, folded. */
export function runSequences(report: ProtocolReport, accent: Accent): Markup | undefined {
  const { cases } = report;
  const unit = isOfOneProcess(report) ? 'blocks' : 'processes';
  const timed = cases.filter(({ slots }) => Object.keys(slots).length > 0);
  return timed.length === 0 ? undefined : markup`${timed.map((found) => workloadSequences(found, unit, accent))}`;
}

function workloadSequences({ id, workload, slots, self }: ProtocolCase, unit: string, accent: Accent): Markup {
  const machines = Object.entries(slots);
  const copies = machines.filter(([name]) => self !== null && name === duplicateName(self.machine)).length;
  const ran = `${counted(machines.length - copies, 'machine')}${copies === 0 ? '' : ' and a copy'}`;
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
  return markup`<details><summary><b>${id}/${workload}</b> ${ran}, ${blockCount} ${unit}, ${sampleCount} samples</summary>${facets(plots)}</details>`;
}

/** Dots are samples, bands are processes or blocks, lines their medians: what counts. */
function sequencePlot(title: string, { samplesNs }: SlotReport, unit: string, className: string): Markup {
  const samples = samplesNs.flat();
  const axis = logAxis(samples, BOTTOM, TOP, formatNs);
  const step = (RIGHT - LEFT) / samples.length;
  const x = (sample: number) => LEFT + sample * step;
  const starts = samplesNs.map((_, block) => samplesNs.slice(0, block).flat().length);
  const bands = samplesNs.map((process, block) =>
    block % 2 === 0
      ? undefined
      : markup`<rect class="band" x="${px(x(starts[block] as number))}" y="${TOP - 4}" width="${px(process.length * step)}" height="${BOTTOM - TOP + 4}"/>`,
  );
  const every = Math.ceil(samplesNs.length / MAX_NUMBERS);
  const numbers = samplesNs.map((process, block) =>
    block % every === 0
      ? markup`<text class="tick middle" x="${px(x((starts[block] as number) + process.length / 2))}" y="${BOTTOM + 15}">${block + 1}</text>`
      : undefined,
  );
  // The median of one sample is that sample.
  const medians = samplesNs.map((process, block) => {
    if (process.length === 1) return '';
    return `M${px(x(starts[block] as number))} ${px(axis.at(median(process)))}h${px(process.length * step)}`;
  });
  // A line of no length with round ends is a dot.
  const dots = samples.map((ns, at) => `M${px(x(at + 0.5))} ${px(axis.at(ns))}h0`);
  return plot({
    title,
    description: `${samples.length} samples of ${samplesNs.length} ${unit} in order, time on a logarithmic axis, none left out; lines are the medians of the ${unit}.`,
    height: HEIGHT,
    className: samples.length <= SPARSE ? `${className} sparse` : className,
    content: markup`${bands}${horizontalGrid(axis, LEFT, RIGHT)}<path class="axis" d="M${LEFT} ${BOTTOM}H${RIGHT}"/>${numbers}<text class="tick middle" x="${px((LEFT + RIGHT) / 2)}" y="${HEIGHT - 4}">${unit === 'blocks' ? 'block' : 'process'}</text><path class="dots" d="${dots.join('')}"/><path class="medians" d="${medians.join('')}"/>`,
  });
}

/** There may be more samples than a call takes arguments. */
function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}
