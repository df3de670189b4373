import { agreedOnAll, type CheckReport } from '../check.ts';
import type { MissingMachine } from '../machines/register.ts';
import { printable } from '../text/printable.ts';
import { streamedTable } from '../text/streamed-table.ts';
import { columnsOf, textTable } from '../text/text-table.ts';
import { counted } from '../text/words.ts';
import { wrapText } from '../text/wrap-text.ts';
import type { CheckRun } from './check-run.ts';
import {
  agreementWords,
  callsOf,
  callWords,
  machinesOfAny,
  machinesWords,
  placeWords,
  warningsOf,
} from './check-words.ts';
import type { Mark } from './mark.ts';
import { placeText } from './place-text.ts';
import { variantRows } from './variants.ts';

export interface CheckTextOptions {
  readonly missing?: readonly MissingMachine[];
  readonly mark?: Mark;
  /** Of the screen that it is for. Default: as wide as it gets. */
  readonly screenColumns?: number | undefined;
  /** Without the table, where its rows have been shown already. Default false. */
  readonly isHeadless?: boolean;
}

const unmarked: Mark = (_, text) => text;

/**
 * A table of contracts, then for each disagreement the calls that lead to it, then methods that never succeeded and
 * differences that were accepted, then who agreed and who was not there. Safe to show
 * on a terminal.
 *
 * @example
 * const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
 * const lines = checkText([report], { screenColumns: 80 }).trimEnd().split('\n');
 * console.log(lines.at(-1)); // wasm, reference agree on 51 calls
 */
export function checkText(
  reports: readonly CheckReport[],
  { missing = [], mark = unmarked, screenColumns, isHeadless = false }: CheckTextOptions = {},
): string {
  const rows = reports.map((report) => rowOf(report, machinesOfAny(reports).length));
  const disagreements = reports.flatMap((report) => describeCounterexample(report, mark));
  const warnings = reports.flatMap(warningsOf).map((line) => `${printable(line)}\n`);
  const absent = missing.length === 0 ? '' : `; without ${machinesWords(missing.map(({ name }) => name))}`;
  const verdict =
    disagreements.length === 0
      ? mark(
          agreedOnAll(reports) ? 'good' : 'bad',
          `${agreementWords(reports)} on ${counted(callsOf(reports), 'call')}${absent}`,
        )
      : mark('bad', `${disagreements.length} of ${reports.length} contracts on which machines disagree`);
  return (
    (isHeadless ? '' : textTable(columns, rows, screenColumns)) +
    wrapText(`${disagreements.join('')}${warnings.join('')}${verdict}\n`, screenColumns)
  );
}

/** A row for every machine of a run: how many calls it was compared on, and what ran it, or why it did not. */
export function variantsText(
  run: Pick<CheckRun, 'backends' | 'missing' | 'reports'>,
  screenColumns?: number | undefined,
): string {
  return textTable(
    [...columnsOf(['variant'], ['calls']), ...columnsOf(['what ran it'])],
    variantRows(run),
    screenColumns,
  );
}

const columns = [...columnsOf(['contract'], ['random calls', 'sequences']), ...columnsOf(['machines'])];

/** The rows of `checkText`, as they come. @param machines How many there are. Undefined where the screen is too narrow. */
export function streamedChecks(
  ids: readonly string[],
  machines: number,
  screenColumns?: number,
): { readonly head: string; readonly row: (report: CheckReport) => string } | undefined {
  const widest = ids.map((id) => [id, '999999', '99999', 'not compared']);
  const table = streamedTable(columns, widest, screenColumns);
  return table && { head: table.head, row: (report) => table.row(rowOf(report, machines)) };
}

function rowOf({ id, machines, calls, sequences, agreed }: CheckReport, everyMachine: number): readonly string[] {
  const named = machines.length < everyMachine ? [machinesWords(machines)] : [];
  return [id, String(calls), String(sequences), [...named, cellOf(agreed, machines)].join(' ')];
}

function cellOf(agreed: boolean | null, names: readonly string[]): string {
  if (agreed === null) return 'not compared';
  if (!agreed) return 'DISAGREE';
  return names.length === 1 ? 'agrees with itself' : 'agree';
}

function describeCounterexample(
  { id, counterexample, explanation, divergences, places = [] }: CheckReport,
  mark: Mark,
): readonly string[] {
  if (counterexample === undefined) return [];
  const { steps, disagreement } = counterexample;
  const { field, left, right, backends } = { ...disagreement, ...explanation };
  const [first, second] = backends;
  const calls = steps.map((call, at) => `  ${at + 1}. ${printable(callWords(call))}\n`);
  const title = `${mark('bold', printable(id))}: after ${placeWords(disagreement)}, ${first} and ${second} differ in`;
  const others = divergences.slice(1).map(({ backends: [, name] }) => name);
  const more = others.length === 0 ? '' : `  so do ${others.join(', ')}\n`;
  return [
    `${title} ${printable(field)}\n  ${first}: ${printable(left)}\n  ${second}: ${printable(right)}\n${more}${calls.join('')}`,
    ...places.map((place) => placeText(place, mark)),
  ];
}
