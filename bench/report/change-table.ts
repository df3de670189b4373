import { columnsOf, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { type Change, PROCESS_FLOOR } from '../result/compare-reports.ts';
import { formatEstimate } from '../result/units.ts';

/**
 * Plain text: what has become of each ratio.
 *
 * @param inOneProcess Whether one of the runs was.
 * @param screenColumns As for `textTable`.
 */
export function changeTable(changes: readonly Change[], inOneProcess: boolean, screenColumns?: number): string {
  const table = textTable(
    [...columnsOf(['contract', 'workload', 'ratio'], ['new / old']), ...columnsOf(['verdict'])],
    changes.map(({ id, workload, machines, change, verdict }) => [
      id,
      workload,
      machines,
      formatEstimate(change),
      verdict,
    ]),
    screenColumns,
  );
  const note = inOneProcess ? wrapText(ONE_PROCESS, screenColumns) : '';
  return `Against the earlier run\n\n${table}${note}`;
}

const ONE_PROCESS = `Quick runs are one process each, which may differ by chance: only a change of more than a factor of ${PROCESS_FLOOR} counts.\n`;
