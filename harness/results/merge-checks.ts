import { InputRejected } from '../../contracts/input-rejected.ts';
import { checkShards } from '../gate/shard.ts';
import type { CheckRun } from './check-run.ts';

/**
 * The parts of a check as the check that they are parts of: the same whatever order they come in, and the same as if nothing had
 * been dealt out.
 *
 * @throws InputRejected where a part is missing, is there twice, or is of another check.
 *
 * @example
 * const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
 * const about = { seed: 1, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };
 * const shard = { index: 1, count: 1, of: ['erc20'] };
 * const { reports } = mergeChecks([{ ...about, shard, reports: [report], replayFiles: new Map() }]);
 * console.log(reports.length); // 1
 */
export function mergeChecks(runs: readonly CheckRun[]): CheckRun {
  const sorted = checkShards(runs);
  const [first] = sorted as [CheckRun];
  for (const field of ['seed', 'schedule', 'repeats', 'backends', 'missing', 'notCompared'] as const) {
    refuseOther(sorted, field, (run) => JSON.stringify(run[field]));
  }
  refuseOther(sorted, 'contracts', (run) => JSON.stringify(run.shard?.of));
  const reports = sorted.flatMap((run) => run.reports);
  const ids = first.shard?.of ?? [];
  const inOrder = ids.map((id) => {
    const [found, ...others] = reports.filter((report) => report.id === id);
    if (found === undefined) throw new InputRejected(id, 'no part has it');
    if (others.length > 0) throw new InputRejected(id, 'two parts have it');
    return found;
  });
  const odd = reports.find(({ id }) => !ids.includes(id));
  if (odd !== undefined) throw new InputRejected(odd.id, 'is none of the contracts that were dealt out');
  const { shard: _, ...whole } = first;
  return { ...whole, reports: inOrder, replayFiles: new Map(sorted.flatMap((run) => [...run.replayFiles])) };
}

function refuseOther(runs: readonly CheckRun[], what: string, of: (run: CheckRun) => string | undefined): void {
  const [first] = runs as [CheckRun];
  const other = runs.find((run) => of(run) !== of(first));
  if (other === undefined) return;
  throw new InputRejected(
    `part ${other.shard?.index}`,
    `has another ${what} than part ${first.shard?.index}, so that they are of two checks`,
  );
}
