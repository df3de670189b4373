import { InputRejected } from '../../contracts/input-rejected.ts';
import type { GateResult } from './gate-run.ts';
import type { Lock } from './lock-file.ts';
import { ownField } from './own-field.ts';
import { constructorEntry } from './receipt.ts';

/**
 * What `--update` writes: the contracts as they are now and, of a part of them, the others as they were.
 *
 * @param isWhole Whether all contracts were run that the lock is to be about.
 * @throws InputRejected where a lock would hold less than it says: a contract without calls, or that does not deploy; a schedule that
 * is missing here; a part that was made otherwise than the rest.
 *
 * @example
 * const result = await gate([{ subject }], undefined);
 * console.log(Object.keys(updatedLock(undefined, result, true).contracts)); // [ 'erc20' ]
 */
export function updatedLock(was: Lock | undefined, result: GateResult, isWhole: boolean): Lock {
  const { lock: is, contracts, missing, setting } = result;
  if (contracts.length === 0) throw new InputRejected(result.lockFile, 'there is no contract to write of');
  for (const { id, notCompared } of contracts) {
    const found = ownField(is.contracts, id);
    if (found === undefined) throw new InputRejected(id, notCompared.at(-1) ?? 'nothing was run');
    for (const [name, [deployment]] of Object.entries(found.sequences)) {
      if (deployment?.entry !== constructorEntry || deployment.status === 'success') continue;
      throw new InputRejected(id, `does not deploy (${name}): ${deployment.status} ${deployment.result}`.trimEnd());
    }
  }
  const lost = missing.find(({ name }) => ownField(was?.schedules, name) !== undefined);
  if (lost !== undefined) {
    throw new InputRejected(result.lockFile, `has gas under ${lost.name}, which would be lost: ${lost.reason}`);
  }
  if (isWhole || was === undefined) return is;
  if (setting.length > 0) throw new InputRejected(result.lockFile, `has to be written whole, since ${setting[0]}`);
  return {
    trimeter: is.trimeter,
    schedules: { ...was.schedules, ...is.schedules },
    contracts: { ...was.contracts, ...is.contracts },
  };
}
