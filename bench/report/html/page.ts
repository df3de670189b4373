import { createHash } from 'node:crypto';
import { counted } from '../../../harness/text/words.ts';
import { judgeClaims } from '../../claims/judge-claims.ts';
import { machinesOf } from '../../result/machines-of.ts';
import { isOfOneProcess, type ProtocolReport } from '../../result/protocol-report.ts';
import { soundMeans } from '../../result/sound-means.ts';
import { formatEstimate } from '../../result/units.ts';
import { soundness } from '../soundness.ts';
import { accentsOf } from './accents.ts';
import { boundarySection } from './boundary-section.ts';
import { claimsSection } from './claims-section.ts';
import { environmentSection } from './environment-section.ts';
import { forestSection } from './forest-section.ts';
import { gasSection } from './gas-section.ts';
import { type Markup, markup, markupText, type Part, styleElement } from './markup.ts';
import { coldPlots, loadingPlots } from './phase-section.ts';
import { notTimed, resultsTable } from './results-table.ts';
import { runSequences } from './run-sequence.ts';
import { theme } from './theme.ts';

export interface HtmlOptions {
  /** Where the JSON of the same run lies, relative to the page. */
  readonly dataHref?: string;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly content: Part;
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
  const inOneProcess = isOfOneProcess(report);
  const unit = inOneProcess ? 'blocks' : 'processes';
  const all: readonly Section[] = [
    {
      id: 'claims',
      title: 'Public claims, measured',
      note: 'Each 95 % interval is held against the threshold of its claim; intervals are not adjusted for the number of claims.',
      content: claimsSection(judgeClaims(report)),
    },
    {
      id: 'results',
      title: 'Results by workload',
      note: `The time of one operation (median over the ${unit}), and under it the throughput of ${subject} relative to that machine with its 95 % interval: 0.8 means 80 % of the work in the same time.`,
      content: [notTimed(report), resultsTable(report, machines, accent)],
    },
    {
      id: 'ratios',
      title: 'Ratios',
      note: 'On logarithmic axes with 95 % intervals. Right of the dashed line the first machine is faster.',
      content: forestSection(report),
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
      content:
        report.boundary.length === 0
          ? absent('Needs host-calls in several sizes.')
          : boundarySection(report, machines, accent),
    },
    {
      id: 'sequences',
      title: 'Run sequences',
      note: `Every sample in the order in which it was taken, none left out. Bands are ${unit}, the lines in them medians, which are what the ratios are made of.`,
      content: runSequences(report, accent),
    },
    {
      id: 'gas',
      title: 'Gas and time',
      note: 'If gas foretold time, all workloads would take the same time per gas, and the dots would lie on the dashed line.',
      content: gasSection(report, accent),
    },
    {
      id: 'environment',
      title: 'Environment',
      note: 'Numbers from different environments are not comparable.',
      content: environmentSection(report, accent),
    },
    { id: 'data', title: 'Raw data', note: '', content: rawData(dataHref) },
  ];
  // A process that has compiled and run a contract before shows neither.
  const sections = inOneProcess ? all.filter(({ id }) => !['phases', 'cold'].includes(id)) : all;
  const [effort, ...warnings] = soundness(report);
  const title = 'Trimeter benchmark report';
  const body = markup`<header><h1>${title}</h1>
<p class="note">${report.environment.date}: ${counted(report.cases.length, 'workload')} on ${counted(machines.length, 'machine')}, ${machines.join(', ')}</p>
${warnings.map((warning) => markup`<p class="warning">${warning}</p>`)}
${leadOf(report)}
<p class="note">${effort}</p>
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav></header>
<main>${sections.map(sectionMarkup)}</main>
<footer>Ratios are given only for calls on which all machines agreed in the same run: outcomes, events and state. Made by trimeter; its docs/benchmarking.md describes the method.</footer>`;
  return `<!doctype html>\n${markupText(page(title, body))}\n`;
}

/** Nothing may be loaded or run but the one style sheet, which is known by its hash. */
function page(title: string, body: Markup): Markup {
  const hash = createHash('sha256').update(theme).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>${title}</title>${styleElement(theme)}</head><body>
${body}
</body></html>`;
}

function sectionMarkup({ id, title, note, content }: Section): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${note === '' ? undefined : markup`<p class="note">${note}</p>`}${content}</section>\n`;
}

/** What a reader takes home. */
function leadOf(report: ProtocolReport): Markup {
  const items = soundMeans(report).map(([key, mean]) => {
    const [subject, other] = key.split('/');
    return markup`<li>${subject} does <b>${formatEstimate(mean)}</b> times the work of ${other} (${counted(mean.workloadCount, 'workload')})</li>`;
  });
  if (items.length === 0) return markup``;
  return markup`<p>In the same time, as geometric means over this suite, which is not all contracts:</p><ul class="lead">${items}</ul>`;
}

function absent(text: string): Markup {
  return markup`<p>${text}</p>`;
}

function rawData(dataHref: string | undefined): Markup {
  if (dataHref !== undefined) {
    return markup`<p>All samples, and everything on this page: <a href="${dataHref}">${dataHref}</a>.</p>`;
  }
  return markup`<p>This page was made without its data beside it. <code>trimeter bench --html report.html --json report.json</code> writes both.</p>`;
}
