import { printable } from '../../harness/text/printable.ts';
import { columnsOf, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import type { History } from '../result/history.ts';
import { formatEstimate, formatNumber } from '../result/units.ts';
import { gasChangeText, historySentences, historyTitle, runName } from './history-words.ts';
import { verdictMark } from './verdict-mark.ts';

/**
 * Plain text: the runs by date and version, each workload's ratios and gas over them, and what the newest run brought.
 *
 * @param screenColumns As for `textTable`.
 */
export function historyText(history: History, screenColumns?: number): string {
  const { runs, ratios, gas } = history;
  const prose = (text: string) => wrapText(`${printable(text)}\n`, screenColumns);
  const numbers = runs.map((_, at) => `run ${at + 1}`);
  const ratioTables = [...new Set(ratios.map(({ machines }) => machines))].map((pair) => {
    const [subject, other] = pair.split('/');
    const rows = ratios.filter(({ machines }) => machines === pair);
    const table = textTable(
      [...columnsOf(['contract', 'workload'], [...numbers, 'last / before']), ...columnsOf(['verdict'])],
      rows.map(({ id, workload, points, lastChange }) => [
        id,
        workload,
        ...points.map((point) =>
          point === null ? '-' : `${formatEstimate(point.ratio)} ${verdictMark(point.verdict)}`.trim(),
        ),
        lastChange === null ? '-' : formatEstimate(lastChange.change),
        lastChange === null ? '-' : lastChange.verdict,
      ]),
      screenColumns,
    );
    return `${prose(`Throughput of ${subject} relative to ${other}, with 95 % intervals`)}\n${table}\n`;
  });
  const gasTables = [...new Set(gas.map(({ machine }) => machine))].map((name) => {
    const rows = gas.filter(({ machine }) => machine === name);
    const table = textTable(
      columnsOf(['contract', 'workload'], [...numbers, 'last / before']),
      rows.map((row) => [
        row.id,
        row.workload,
        ...row.points.map((point) => (point === null ? '-' : formatNumber(point))),
        gasChangeText(row),
      ]),
      screenColumns,
    );
    return `${prose(`Gas of one operation on ${name}`)}\n${table}\n`;
  });
  return [
    `${prose(historyTitle(history))}\n`,
    ...runs.flatMap((run, at) => [
      prose(`run ${at + 1}: ${runName(run)}, ${run.inOneProcess ? 'quick' : 'full'} protocol`),
      ...run.settingChanges.map((change) => prose(`  ${change}`)),
    ]),
    '\n',
    ...ratioTables,
    ...gasTables,
    ...(ratios.length === 0 ? [] : [prose(LEGEND)]),
    ...historySentences(history).map(prose),
  ].join('');
}

const LEGEND = '+ faster, - slower, ~ no measurable difference, ? unstable, no mark: without a verdict';
