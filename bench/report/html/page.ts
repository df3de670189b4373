import { counted } from '../../../harness/text/words.ts';
import { duplicateName } from '../../protocol/agree-on-jobs.ts';
import { machinesOf } from '../../result/machines-of.ts';
import { isOfOneProcess, type ProtocolReport } from '../../result/protocol-report.ts';
import { soundMeans } from '../../result/sound-means.ts';
import { formatNumber } from '../../result/units.ts';
import { dateText } from '../date-text.ts';
import { measuredClaims } from '../measured-claims.ts';
import { soundness } from '../soundness.ts';
import { whatWasMeasured } from '../what-was-measured.ts';
import { type Accent, accentsOf } from './accents.ts';
import { boundarySection } from './boundary-section.ts';
import { claimsSection } from './claims-section.ts';
import { htmlDocument, type Section } from './document.ts';
import { environmentSection } from './environment-section.ts';
import { forestSection } from './forest-section.ts';
import { gasSection } from './gas-section.ts';
import { type Markup, markup } from './markup.ts';
import { coldPlots, loadingPlots } from './phase-section.ts';
import { notTimed, resultsTable } from './results-table.ts';
import { runSequences } from './run-sequence.ts';

export interface HtmlOptions {
  /** Where the JSON of the same run lies, relative to the page. */
  readonly dataHref?: string;
}

/**
 * One self-contained page: no scripts, nothing that is fetched.
 *
 * @example
 * const page = htmlReport(run, { dataHref: 'run.json' });
 * console.log(page.startsWith('<!doctype html>')); // true
 */
export function htmlReport(report: ProtocolReport, { dataHref }: HtmlOptions = {}): string {
  const machines = machinesOf(report);
  const accent = accentsOf(machines);
  const [subject = 'the subject'] = machines;
  const unit = isOfOneProcess(report) ? 'blocks' : 'processes';
  const claims = measuredClaims(report);
  const sections: readonly Section[] = [
    {
      id: 'results',
      title: 'Results by workload',
      note:
        machines.length < 2
          ? `The time of one operation (median over the ${unit}).`
          : `The time of one operation (median over the ${unit}), and under it the throughput of ${subject} relative to that machine with its 95 % interval: 0.8 means 80 % of the work in the same time.`,
      content: [notTimed(report), resultsTable(report, machines, accent)],
    },
    {
      id: 'ratios',
      title: 'Ratios',
      note: 'On logarithmic axes with 95 % intervals. Right of the dashed line the first machine is faster.',
      content: forestSection(report),
    },
    {
      id: 'claims',
      title: 'Public claims',
      note: 'What is said in public about WebAssembly, as far as this run measured it. Each 95 % interval is held against the threshold of its claim; intervals are not adjusted for the number of claims.',
      content: claims.length === 0 ? undefined : claimsSection(claims),
    },
    {
      id: 'phases',
      title: 'From bytes to instance',
      note: 'Each step once, in processes that had done nothing before. V8 compiles functions when they are first called, so most of compiling is in the first call.',
      content: loadingPlots(report, accent),
    },
    {
      id: 'cold',
      title: 'Cold and warm',
      note: "Of each contract's first workload: what it takes to prepare and deploy the contract and to make the first call, and then a call after many. Native code was compiled before: preparing finds and loads it.",
      content: coldPlots(report, machines, accent),
    },
    {
      id: 'boundary',
      title: 'Crossing from the guest to the host',
      note: 'The same contract with more and more host calls in one call.',
      content: report.boundary.length === 0 ? undefined : boundarySection(report, machines, accent),
    },
    {
      id: 'gas',
      title: 'Gas and time',
      note: 'If gas foretold time, all workloads would take the same time per gas, and the dots would lie on the dashed line.',
      content: gasSection(report, accent),
    },
    {
      id: 'sequences',
      title: 'Run sequences',
      note: `Every sample in the order in which it was taken, none left out, on logarithmic axes. Bands are ${unit}, the lines in them medians, which are what the ratios are made of.${copyNote(report)}`,
      content: runSequences(report, accent),
    },
    {
      id: 'environment',
      title: 'Environment',
      note: 'Numbers from different environments are not comparable.',
      content: environmentSection(report, accent),
    },
    { id: 'data', title: 'Raw data', note: '', content: rawData(dataHref) },
  ];
  const [effort, ...warnings] = soundness(report);
  const { date, runtime } = report.environment;
  const lead = markup`<p class="note">Trimeter benchmark of ${counted(report.cases.length, 'workload')}, ${dateText(date)}, ${runtime}</p>
${warnings.map((warning) => markup`<p class="warning">${warning}</p>`)}
${headlines(report, accent)}
<p class="note">${effort}</p>`;
  return htmlDocument({
    title: whatWasMeasured(report.cases, machines),
    lead,
    sections,
    footer:
      'Ratios are given only for calls on which all machines agreed in the same run: outcomes, events and state. Made by trimeter; its docs/benchmarking.md describes the method.',
  });
}

/** What a reader takes home, if there is such a thing. */
function headlines(report: ProtocolReport, accent: Accent): Markup | undefined {
  const items = soundMeans(report).map(([key, mean]) => {
    const [subject = '', other = ''] = key.split('/');
    const over = mean.workloadCount === 1 ? 'on 1 workload' : `geometric mean of ${mean.workloadCount} workloads`;
    return markup`<li><span class="machine ${accent(subject)}">${subject}</span> does <b>${formatNumber(mean.point)}</b> times the work of <span class="machine ${accent(other)}">${other}</span><small>95 % interval ${formatNumber(mean.low)} to ${formatNumber(mean.high)}, ${over}</small></li>`;
  });
  return items.length === 0
    ? undefined
    : markup`<ul class="headlines">${items}</ul><p class="note">In the same time, on these workloads, which are not all contracts.</p>`;
}

/** The machine with a dash is no machine of the reader's. */
function copyNote({ cases }: ProtocolReport): string {
  const machine = cases.flatMap(({ self }) => self?.machine ?? [])[0];
  return machine === undefined
    ? ''
    : ` ${duplicateName(machine)} is ${machine} once more: what they differ by is noise.`;
}

function rawData(dataHref: string | undefined): Markup {
  if (dataHref !== undefined) {
    return markup`<p>All samples, and everything on this page: <a href="${dataHref}">${dataHref}</a>.</p>`;
  }
  return markup`<p>This page was made without its data beside it. <code>trimeter bench --html report.html --json report.json</code> writes both.</p>`;
}
