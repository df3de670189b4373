import { textTable } from '../../harness/results/text-table.ts';
import type { Change } from '../result/compare-reports.ts';
import { formatEstimate } from './table.ts';

/** Plain text: what has become of each ratio. */
export function changeTable(changes: readonly Change[], screenColumns?: number): string {
  const table = textTable(
    [
      { heading: 'contract' },
      { heading: 'workload' },
      { heading: 'ratio' },
      { heading: 'new / old', isRight: true },
      { heading: 'verdict' },
    ],
    changes.map(({ id, workload, machines, change, verdict }) => [
      id,
      workload,
      machines,
      formatEstimate(change),
      verdict,
    ]),
    screenColumns,
  );
  return `Against the earlier run\n\n${table}`;
}
