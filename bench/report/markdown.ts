import { escapeMarkdown } from '../../harness/text/markdown-text.ts';
import { counted } from '../../harness/text/words.ts';
import { environmentLine } from '../result/environment.ts';
import { machinesOf } from '../result/machines-of.ts';
import type { ProtocolCase, ProtocolReport } from '../result/protocol-report.ts';
import { soundMeans } from '../result/sound-means.ts';
import { formatEstimate, formatFloor, formatNs } from '../result/units.ts';
import { measuredClaims } from './measured-claims.ts';
import { formatMeasuredValue } from './measured-value-text.ts';
import { soundness } from './soundness.ts';
import { verdictLegend, verdictMark } from './verdict-mark.ts';

/**
 * GitHub markdown, for the comment of a pull request: the results, the public claims that were measured, and how sound it all is.
 *
 * @example
 * console.log(markdownReport(run).split('\n')[0]); // ### Trimeter benchmark
 */
export function markdownReport(report: ProtocolReport): string {
  const machines = machinesOf(report);
  const [subject = 'the subject'] = machines;
  const judged = measuredClaims(report);
  const claims = table(
    ['verdict', 'claim', 'measured'],
    ['---', '---', '---'],
    judged.map(({ verdict, text, measured: [first], sentence }) => [
      `**${verdict}**`,
      escapeMarkdown(text),
      first === undefined
        ? escapeMarkdown(sentence)
        : `${escapeMarkdown(formatMeasuredValue(first))}<br>${escapeMarkdown(first.what)}`,
    ]),
  );
  const results = table(
    ['workload', ...machines, 'noise floor'].map(escapeMarkdown),
    ['---', ...machines.map(() => '--:'), '--:'],
    report.cases.map((found) => [
      escapeMarkdown(`${found.id}/${found.workload}`),
      ...machines.map((machine) => cell(found, machine, subject)),
      found.self === null
        ? ''
        : escapeMarkdown(`${formatFloor(found.self.floor)}${found.self.isBiased ? ' biased' : ''}`),
    ]),
  );
  const differences = report.cases.flatMap(({ id, workload, difference, failure }) =>
    difference === null && failure === undefined
      ? []
      : [`- **${escapeMarkdown(`${id}/${workload}`)}**: ${escapeMarkdown(difference ?? failure ?? '')}\n`],
  );
  const means = soundMeans(report).map(
    ([key, mean]) =>
      `- ${escapeMarkdown(key)}: ${escapeMarkdown(formatEstimate(mean))} over ${counted(mean.workloadCount, 'workload')}\n`,
  );
  const [effort = '', ...warnings] = soundness(report);
  return [
    '### Trimeter benchmark\n\n',
    ...warnings.map((warning) => `**${escapeMarkdown(warning)}**\n\n`),
    ...(differences.length === 0
      ? []
      : ['Nothing was timed where the machines differ or calls fail:\n\n', ...differences, '\n']),
    `Time of one operation, and the throughput of ${escapeMarkdown(subject)} relative to each machine with its 95 % interval (${escapeMarkdown(verdictLegend(report))}):\n\n`,
    results,
    ...(means.length === 0 ? [] : ['\nGeometric means over this suite:\n\n', ...means]),
    ...(judged.length === 0 ? [] : ['\nWhat is said about WebAssembly, and what this run says:\n\n', claims]),
    `\n${escapeMarkdown(effort)}\n`,
    `\n${escapeMarkdown(`${environmentLine(report.environment)}, ${report.environment.date}`)}\n`,
  ].join('');
}

function cell({ slots, comparisons, difference, failure }: ProtocolCase, machine: string, subject: string): string {
  const slot = slots[machine];
  if (slot === undefined && failure !== undefined) return 'fails';
  if (slot === undefined) return difference === null ? '-' : 'differs';
  const comparison = comparisons[`${subject}/${machine}`];
  if (comparison === undefined) return formatNs(slot.nsPerOperation);
  const ratio = `${formatEstimate(comparison.ratio)} ${verdictMark(comparison.verdict)}`;
  return `${formatNs(slot.nsPerOperation)}<br>${escapeMarkdown(ratio.trim())}`;
}

/** @param rows Cells are markdown already. */
function table(headings: readonly string[], rule: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headings, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
