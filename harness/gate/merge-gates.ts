import { InputRejected } from '../../contracts/input-rejected.ts';
import { byText, sortedOnce } from './by-text.ts';
import { together } from './compare-contract.ts';
import { type BehaviourChange, type CostRow, type GateContract, type GateRun, worstVerdict } from './gate-run.ts';
import { checkShards } from './shard.ts';

/**
 * The parts of a run as the run that they are parts of: the same whatever order they come in, and the same as if nothing had
 * been dealt out.
 *
 * @throws InputRejected where a part is missing, is there twice, or is of another run.
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * const parts = [];
 * for (const index of [2, 1]) parts.push(await gate([{ subject }], lock, { shard: { index, count: 2 } }));
 * const { verdict, contracts } = mergeGates(parts);
 * console.log(verdict, contracts[0]?.calls); // green 23
 */
export function mergeGates(runs: readonly GateRun[]): GateRun {
  const sorted = checkShards(runs);
  const [first] = sorted as [GateRun];
  for (const field of ['lockFile', 'lockSha256', 'trimeter', 'schedules', 'setting', 'missing'] as const) {
    const other = sorted.find((run) => JSON.stringify(run[field]) !== JSON.stringify(first[field]));
    if (other === undefined) continue;
    throw new InputRejected(
      `part ${other.shard?.index}`,
      `has another ${field} than part ${first.shard?.index}, so that they are of two runs`,
    );
  }
  const parts = sorted.flatMap((run) => run.contracts);
  const ids = sortedOnce(parts.map(({ id }) => id));
  const contracts = ids.map((id) => mergeContract(parts.filter((part) => part.id === id)));
  return {
    ...first,
    verdict: worstVerdict(sorted.map(({ verdict }) => verdict)),
    shard: undefined,
    notCompared: sortedOnce(sorted.flatMap(({ notCompared }) => notCompared)),
    contracts,
  };
}

function mergeContract(parts: readonly GateContract[]): GateContract {
  const [first] = parts as [GateContract];
  return {
    ...first,
    verdict: worstVerdict(parts.map(({ verdict }) => verdict)),
    calls: parts.reduce((sum, { calls }) => sum + calls, 0),
    changedCode: sortedOnce(parts.flatMap(({ changedCode }) => changedCode)),
    costs: mergeCosts(parts.flatMap(({ costs }) => costs)),
    behaviour: parts.flatMap(({ behaviour }) => behaviour).toSorted(inOrder),
    notCompared: sortedOnce(parts.flatMap(({ notCompared }) => notCompared)),
    notes: sortedOnce(parts.flatMap(({ notes }) => notes)),
  };
}

function mergeCosts(rows: readonly CostRow[]): readonly CostRow[] {
  const gas = new Map<string, CostRow>();
  const sizes = new Map<string, CostRow>();
  for (const row of rows.toSorted((a, b) => byText(a.at?.sequence ?? '', b.at?.sequence ?? ''))) {
    const key = JSON.stringify([row.of, row.measure]);
    if (row.kind === 'gas') gas.set(key, together(gas.get(key), row));
    // Every part has the whole of a contract's code.
    else sizes.set(key, row);
  }
  const sorted = [...gas.values()].toSorted((a, b) => byText(a.of, b.of) || byText(a.measure, b.measure));
  return [...sorted, ...sizes.values()];
}

function inOrder(a: BehaviourChange, b: BehaviourChange): number {
  return byText(a.sequence, b.sequence) || a.step - b.step;
}
