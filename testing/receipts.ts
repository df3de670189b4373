import type { ArgumentText } from '../contracts/contract-case.ts';
import { EngineError } from '../engine/errors.ts';
import { type GateSequence, measure, prepareMeters } from '../harness/gate/measure.ts';
import { canMeter, defaultMeterIds, openMeter } from '../harness/gate/meters.ts';
import type { Receipt } from '../harness/gate/receipt.ts';
import { type DescribedSubject, partsOf } from '../harness/subjects/subject.ts';
import { type TestCall, writtenCall } from './test-call.ts';

export interface ReceiptsOptions {
  /** Ids of schedules that gas is counted under, `evm` for the EVM's own. Default: `flat-v2` and `evm`, as far as the contract has these forms. */
  readonly schedules?: readonly string[];
  /** Default: the subject's. */
  readonly constructorArgs?: readonly ArgumentText[];
}

/**
 * What calls come to and what they cost, under every schedule: receipts as `trimeter gate` has them.
 *
 * @returns That of the deployment first. It is alone where the deployment fails.
 * @throws EngineError `bad-argument` for a schedule that there is not or that the contract has no form for, `backend-unavailable`;
 * InputRejected for calls that do not fit the contract's interface.
 *
 * @example
 * const calls = [{ method: 'transfer', args: ['bob', 5n], caller: 'deployer' }];
 * const [, transfer] = await receiptsOf(subject, calls, { schedules: ['flat-v2'] });
 * console.log(transfer?.status, transfer?.gas); // success { 'flat-v2': 7884n }
 */
export async function receiptsOf(
  subject: DescribedSubject,
  calls: readonly TestCall[],
  { schedules, constructorArgs }: ReceiptsOptions = {},
): Promise<readonly Receipt[]> {
  const parts = partsOf(subject);
  const ids = schedules ?? defaultMeterIds.filter((id) => canMeter(id, parts));
  if (ids.length === 0) throw new EngineError('bad-argument', `${subject.id}: there is no schedule to count gas under`);
  const meters = [];
  for (const id of ids) {
    const meter = await openMeter(id);
    if (!canMeter(id, parts)) throw new EngineError('bad-argument', `${subject.id} has no form for ${id}`);
    meters.push(meter);
  }
  return measure(subject, await prepareMeters(meters, subject), sequenceOf('calls', calls, constructorArgs));
}

/** @param id What it is called in a lock. */
export function sequenceOf(
  id: string,
  calls: readonly TestCall[],
  constructorArgs: readonly ArgumentText[] | undefined,
): GateSequence {
  return { id, constructorArgs, calls: calls.map(writtenCall) };
}
