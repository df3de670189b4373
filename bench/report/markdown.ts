import { judgeClaims } from '../claims/judge-claims.ts';
import { machinesOf } from './machines-of.ts';
import { formatMeasuredValue } from './measured-value-text.ts';
import type { ProtocolCase, ProtocolReport } from './protocol-report.ts';
import { soundness } from './soundness.ts';
import { formatEstimate } from './table.ts';
import { formatNs } from './units.ts';
import { verdictLegend, verdictMark } from './verdict-mark.ts';
import { counted } from './words.ts';

/** GitHub markdown, for the comment of a pull request: the claims, the results, and how sound they are. */
export function markdownReport(report: ProtocolReport): string {
  const machines = machinesOf(report);
  const [subject = 'the subject'] = machines;
  const claims = table(
    ['verdict', 'claim', 'measured'],
    ['---', '---', '---'],
    judgeClaims(report).map(({ verdict, text, measured: [first], sentence }) => [
      `**${verdict}**`,
      escaped(text),
      first === undefined ? escaped(sentence) : `${escaped(formatMeasuredValue(first))}<br>${escaped(first.what)}`,
    ]),
  );
  const results = table(
    ['workload', ...machines, 'noise floor'].map(escaped),
    ['---', ...machines.map(() => '--:'), '--:'],
    report.cases.map((found) => [
      escaped(`${found.id}/${found.workload}`),
      ...machines.map((machine) => cell(found, machine, subject)),
      found.self === null
        ? ''
        : `±${(100 * (found.self.floor - 1)).toFixed(1)} %${found.self.isBiased ? ' biased' : ''}`,
    ]),
  );
  const differences = report.cases.flatMap(({ id, workload, difference }) =>
    difference === null ? [] : [`- **${escaped(`${id}/${workload}`)}** differs: ${escaped(difference)}\n`],
  );
  const means = Object.entries(report.suite).map(
    ([key, mean]) =>
      `- ${escaped(key)}: ${escaped(formatEstimate(mean))} over ${counted(mean.workloadCount, 'workload')}\n`,
  );
  const { node, v8, cpu, cores, os } = report.environment;
  return [
    '### Trimeter benchmark\n\n',
    claims,
    ...(differences.length === 0 ? [] : ['\nThe machines differ, and nothing was timed, on:\n\n', ...differences]),
    `\nTime of one operation, and the throughput of ${escaped(subject)} relative to each machine with its 95 % interval (${escaped(verdictLegend)}):\n\n`,
    results,
    ...(means.length === 0 ? [] : ['\nGeometric means over this suite:\n\n', ...means]),
    `\n${soundness(report).map(escaped).join(' ')}\n`,
    `\n${escaped(`Node ${node} (V8 ${v8}), ${cpu}, ${cores} cores, ${os}, ${report.environment.date}`)}\n`,
  ].join('');
}

function cell({ slots, comparisons, difference }: ProtocolCase, machine: string, subject: string): string {
  const slot = slots[machine];
  if (slot === undefined) return difference === null ? '-' : 'differs';
  const comparison = comparisons[`${subject}/${machine}`];
  if (comparison === undefined) return formatNs(slot.nsPerOperation);
  const ratio = `${formatEstimate(comparison.ratio)} ${verdictMark(comparison.verdict)}`;
  return `${formatNs(slot.nsPerOperation)}<br>${escaped(ratio.trim())}`;
}

/** @param rows Cells are markdown already. */
function table(headings: readonly string[], rule: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headings, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/**
 * Text that markdown leaves as it is: on one line, without markup, HTML, links or table cells, and without calling anyone
 * (`@name`) or pointing anywhere (`#1`).
 */
function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\\`*_[\]<>|~&]/g, '\\$&')
    .replaceAll('://', '\\://')
    .replaceAll(/[@#]/g, '$&\u200b');
}
