import { byText } from '../gate/by-text.ts';
import { compareContract } from '../gate/compare-contract.ts';
import type { Lock, LockedContract } from '../gate/lock-file.ts';
import { ownField } from '../gate/own-field.ts';
import { printable } from '../text/printable.ts';
import { columnsOf, textTable } from '../text/text-table.ts';
import { counted } from '../text/words.ts';
import { wrapText } from '../text/wrap-text.ts';
import { behaviourWords, callsWords, changeWords, placeWords } from './gate-words.ts';

/** What differs between two locks, for who is about to write the second. Empty if nothing does. Safe to show on a terminal. */
export function lockDiffText(was: Lock | undefined, is: Lock, screenColumns?: number): string {
  const ids = namesOf(was?.contracts, is.contracts);
  const found = ids.map((id) => contractDiff(id, ownField(was?.contracts, id), ownField(is.contracts, id)));
  const costs = found.flatMap(({ rows }) => rows);
  const lines = [...settingLines(was, is), ...found.flatMap((diff) => diff.lines)];
  const columns = [...columnsOf(['contract', 'of', 'measure'], ['was', 'will be', 'change']), ...columnsOf(['calls'])];
  return [
    ...(costs.length === 0 ? [] : [textTable(columns, costs, screenColumns)]),
    ...(lines.length === 0 ? [] : [wrapText(lines.map((line) => `${printable(line)}\n`).join(''), screenColumns)]),
  ].join('\n');
}

function settingLines(was: Lock | undefined, is: Lock): readonly string[] {
  if (was === undefined) return [];
  const version = was.trimeter === is.trimeter ? [] : [`trimeter: was ${was.trimeter}, will be ${is.trimeter}`];
  const schedules = namesOf(was.schedules, is.schedules).flatMap((id) => {
    const [before, after] = [ownField(was.schedules, id), ownField(is.schedules, id)];
    return before === after ? [] : [`${id}: was ${before ?? 'not there'}, will be ${after ?? 'gone'}`];
  });
  return [...version, ...schedules];
}

interface ContractDiff {
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly string[];
}

function contractDiff(id: string, was: LockedContract | undefined, is: LockedContract | undefined): ContractDiff {
  if (is === undefined) return { rows: [], lines: [`${id}: gone`] };
  if (was === undefined) {
    const calls = Object.values(is.sequences).reduce((sum, receipts) => sum + receipts.length, 0);
    const sequences = Object.keys(is.sequences).length;
    return { rows: [], lines: [`${id}: new, ${counted(calls, 'call')} in ${counted(sequences, 'sequence')}`] };
  }
  const { costs, behaviour, notCompared } = compareContract({
    id,
    was,
    is,
    tolerances: { gas: {}, sizes: {} },
    limits: {},
    isElsewhere: () => false,
    without: [],
  });
  const rows = costs
    .filter(({ changed }) => changed > 0)
    .map((row) => [id, row.of, row.measure, `${row.was}`, `${row.is}`, changeWords(row), callsWords(row)]);
  return {
    rows,
    lines: [
      ...behaviour.map((change) => `${id} ${change.entry}: ${behaviourWords(change)}: ${placeWords(change)}`),
      ...notCompared.map((line) => `${id}: ${line}`),
    ],
  };
}

function namesOf(...records: readonly (object | undefined)[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record ?? {})))].toSorted(byText);
}
