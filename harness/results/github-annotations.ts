import { printable } from '../text/printable.ts';
import type { Finding, Findings } from './findings.ts';

/** GitHub shows fewer of each step; what is more would only make the log long. */
const MOST = 50;

/**
 * The findings as workflow commands, one to a line: GitHub shows them beside the files that they are about. No text from
 * outside can end its command or begin another one.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 *
 * @example
 * const annotations = githubAnnotations(gateFindings(await gate([{ subject }], undefined)));
 * console.log(annotations.slice(0, 44)); // ::error file=trimeter.lock.json,title=trimete
 */
export function githubAnnotations({ tool, summary, cases }: Findings): string {
  const findings = cases.flatMap((held) => held.findings);
  // What is wrong comes before what is only to be known.
  const sorted = [
    ...findings.filter(({ level }) => level !== 'warning'),
    ...findings.filter(({ level }) => level === 'warning'),
  ];
  const left = sorted.length - MOST;
  const more = left > 0 ? [`::notice title=${property(tool)}::${data(`and ${left} more: ${summary}`)}`] : [];
  return [...sorted.slice(0, MOST).map((finding) => command(tool, finding)), ...more]
    .map((line) => `${line}\n`)
    .join('');
}

/** What kept a command from a result, for who looks at annotations alone. */
export function errorAnnotation(message: string): string {
  return `::error title=trimeter::${data(message)}\n`;
}

function command(tool: string, { level, rule, message, file }: Finding): string {
  const kind = level === 'warning' ? 'warning' : 'error';
  return `::${kind} file=${property(file)},title=${property(`${tool}: ${rule}`)}::${data(message)}`;
}

/** Line breaks of ours stay line breaks; all else that a terminal would act on is spelled out. */
function data(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line).replaceAll('%', '%25'))
    .join('%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
