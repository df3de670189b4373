import type { CostRow, GateRun } from '../gate/gate-run.ts';
import { printable } from '../text/printable.ts';
import { columnsOf, textTable } from '../text/text-table.ts';
import { wrapText } from '../text/wrap-text.ts';
import {
  behaviourWords,
  callsWords,
  changeWords,
  contractWords,
  levelWords,
  placeWords,
  remarksOf,
  toldCosts,
  verdictLevel,
  verdictWords,
} from './gate-words.ts';

/** Makes a piece of text stand out, where that is possible. Its width stays. */
export type GateMark = (kind: 'good' | 'warn' | 'bad' | 'bold', text: string) => string;

export interface GateTextOptions {
  readonly mark?: GateMark;
  /** Of the screen that it is for. Default: as wide as it gets. */
  readonly screenColumns?: number | undefined;
}

/**
 * A table of contracts, a table of what costs something else, the calls that came to something else, what was not compared,
 * and the verdict. Safe to show on a terminal.
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * const lines = gateText(await gate([{ subject }], lock), { screenColumns: 80 }).trimEnd().split('\n');
 * console.log(lines.at(-1)); // 23 calls of 1 contract as in trimeter.lock.json
 */
export function gateText(run: GateRun, { mark = (_, text) => text, screenColumns }: GateTextOptions = {}): string {
  const { contracts, verdict } = run;
  const overview = textTable(
    columnsOf(['contract', 'verdict'], ['calls']),
    contracts.map((contract) => [contract.id, contractWords(contract), String(contract.calls)]),
    screenColumns,
  );
  const changed = contracts.flatMap(toldCosts);
  const behaviour = contracts.flatMap((contract) => contract.behaviour);
  const { notCompared, notes } = remarksOf(run);
  const lines = [
    ...behaviour.map(
      (change) =>
        `${mark('bold', printable(`${change.contract} ${change.entry}`))}: ${printable(behaviourWords(change))}\n  ${printable(placeWords(change))}\n`,
    ),
    ...notCompared.map((line) => `not compared: ${printable(line)}\n`),
    ...notes.map((line) => `${printable(line)}\n`),
    `${mark(verdictLevel[verdict], printable(verdictWords(run)))}\n`,
  ];
  return [
    ...(contracts.length === 0 ? [] : [overview]),
    ...(changed.length === 0 ? [] : [costTable(changed, mark, screenColumns)]),
    wrapText(lines.join(''), screenColumns),
  ].join('\n');
}

const costColumns = [...columnsOf(['contract', 'of', 'measure'], ['was', 'is', 'change']), ...columnsOf(['calls', ''])];

function costTable(rows: readonly CostRow[], mark: GateMark, screenColumns: number | undefined): string {
  const cells = rows.map((row) => [
    row.contract,
    row.of,
    row.measure,
    String(row.was),
    String(row.is),
    changeWords(row),
    callsWords(row),
    levelWords(row),
  ]);
  // Marked after alignment, by the word that ends the row.
  return textTable(costColumns, cells, screenColumns)
    .replaceAll(/ FAIL$/gm, () => ` ${mark('bad', 'FAIL')}`)
    .replaceAll(/ warning$/gm, () => ` ${mark('warn', 'warning')}`);
}
