import type { Backend, ContractCode } from '../../engine/backend.ts';
import { defaultGasLimit } from '../../engine/context.ts';
import { EngineError } from '../../engine/errors.ts';
import { schedules } from '../../engine/schedules.ts';
import { machinesFor, openMachine } from '../machines/register.ts';

/** A machine that counts gas under one schedule. */
export interface Meter {
  /** Of the schedule; `evm` for the EVM's own. */
  readonly id: string;
  readonly backend: Backend;
  /** Of a call that names none. */
  readonly gasLimit: bigint;
}

const EVM = 'evm';
const WASM = 'wasm';

/**
 * Ids of the schedules that gas can be held under.
 *
 * @example
 * console.log(meterIds.at(0), meterIds.at(-1)); // flat-v2 evm
 */
export const meterIds: readonly string[] = [...schedules.map(({ id }) => id), EVM];

/** Those that there are for a contract where nobody says which: one for each form that can be metered. */
export const defaultMeterIds: readonly string[] = [schedules[0].id, EVM];

/** Whether a contract has the form that is metered so. @param parts Of one contract. */
export function canMeter(id: string, parts: readonly ContractCode[]): boolean {
  return machinesFor(parts).includes(id === EVM ? EVM : WASM);
}

/** @throws EngineError `bad-argument` for an id that there is not, `backend-unavailable` */
export async function openMeter(id: string): Promise<Meter> {
  if (id === EVM) return { id, backend: await openMachine(EVM, schedules[0]), gasLimit: defaultGasLimit };
  const schedule = schedules.find((other) => other.id === id);
  if (schedule === undefined) {
    throw new EngineError('bad-argument', `there is no schedule ${id}; there are ${meterIds.join(', ')}`);
  }
  // As much work as the default limit is under a schedule that counts one for an addition.
  const unit = Math.max(1, Math.ceil(schedule.costs.instructions['i32.add']));
  return { id, backend: await openMachine(WASM, schedule), gasLimit: defaultGasLimit * BigInt(unit) };
}
