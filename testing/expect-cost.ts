import { EngineError } from '../engine/errors.ts';
import { type Outcome, trapName } from '../engine/outcome.ts';
import { ownField } from '../harness/gate/own-field.ts';
import type { Receipt } from '../harness/gate/receipt.ts';
import { ExpectationFailed } from './expectation-failed.ts';
import type { CalledStep } from './run-calls.ts';

/** A call that was made: its outcome, a step of `runCalls`, or a receipt. */
export type Spent = Outcome | CalledStep | Receipt;

/** Gas, or gas by the id of the schedule that a receipt has it under. */
export type MostGas = bigint | number | Readonly<Record<string, bigint | number>>;

/** One amount that was spent and how much it may be. */
interface Held {
  /** Empty where nobody knows. */
  readonly schedule: string;
  readonly spent: bigint;
  readonly most: bigint;
}

/**
 * Holds a call to cost at most so much gas. One that did not succeed fails: that it was cheap says nothing.
 *
 * @throws ExpectationFailed in words; EngineError `bad-argument` where there is no gas to hold: a schedule that a receipt does
 * not have, no limit at all, one limit for a receipt that has gas under several schedules.
 *
 * @example
 * import assert from 'node:assert/strict';
 * const calls = [{ method: 'transfer', args: ['bob', 5n], caller: 'deployer' }];
 * const [, transfer] = await receiptsOf(subject, calls, { schedules: ['flat-v2'] });
 * expectCostAtMost(transfer, { 'flat-v2': 8000 });
 * assert.throws(() => expectCostAtMost(transfer, 7800), {
 *   message: 'transfer("bob", "5") by deployer costs 7884 gas under flat-v2, 84 more than 7800 (+1.1 %)',
 * });
 */
export function expectCostAtMost(spent: Spent | undefined, most: MostGas): void {
  const { isMore, words } = costWords(spent, most);
  if (isMore) throw new ExpectationFailed(words);
}

/** Whether it costs more, and what it costs in words. */
export function costWords(
  spent: Spent | undefined,
  most: MostGas,
): { readonly isMore: boolean; readonly words: string } {
  if (spent === undefined) throw new ExpectationFailed('there is no call to look at: the deployment may have failed');
  const { status, result } = endOf(spent);
  const what = whatOf(spent);
  if (status !== 'success') {
    throw new ExpectationFailed(`${`${what} ended in ${status} ${result}`.trimEnd()}: what it cost says nothing`);
  }
  const held = heldOf(spent, most);
  const over = held.filter((row) => row.spent > row.most);
  const rows = (over.length > 0 ? over : held).map(({ schedule, spent: gas, most: limit }) => {
    const under = schedule === '' ? '' : ` under ${schedule}`;
    if (gas <= limit) return `${gas} gas${under}, which is at most ${limit}`;
    const share = limit === 0n ? '' : ` (+${percent(gas - limit, limit)} %)`;
    return `${gas} gas${under}, ${gas - limit} more than ${limit}${share}`;
  });
  return { isMore: over.length > 0, words: `${what} costs ${rows.join('; ')}` };
}

function isReceipt(spent: Spent): spent is Receipt {
  return 'gas' in spent;
}

function outcomeOf(spent: Outcome | CalledStep): Outcome {
  return 'outcome' in spent ? spent.outcome : spent;
}

function endOf(spent: Spent): { readonly status: Outcome['status']; readonly result: string } {
  if (isReceipt(spent) || 'outcome' in spent) {
    return { status: isReceipt(spent) ? spent.status : spent.outcome.status, result: spent.result };
  }
  return { status: spent.status, result: spent.status === 'trap' ? trapName(spent.code) : '' };
}

function whatOf(spent: Spent): string {
  if (isReceipt(spent)) return spent.call;
  return 'outcome' in spent ? spent.text : 'the call';
}

function heldOf(spent: Spent, most: MostGas): readonly Held[] {
  if (!isReceipt(spent)) {
    if (typeof most === 'object')
      throw new EngineError('bad-argument', 'an outcome has gas of one kind: give one number');
    return [{ schedule: '', spent: outcomeOf(spent).gasUsed, most: gasOf(most) }];
  }
  const ids = Object.keys(spent.gas);
  if (typeof most !== 'object') {
    const [schedule, another] = ids;
    if (schedule === undefined || another !== undefined) {
      throw new EngineError(
        'bad-argument',
        `there is gas under ${ids.join(', ')}: say of which, as { '${schedule}': ${most} }`,
      );
    }
    return [{ schedule, spent: spent.gas[schedule] as bigint, most: gasOf(most) }];
  }
  const limits = Object.entries(most);
  if (limits.length === 0) throw new EngineError('bad-argument', 'there is no limit to hold it to');
  return limits.map(([schedule, limit]) => {
    const gas = ownField(spent.gas, schedule);
    if (gas !== undefined) return { schedule, spent: gas, most: gasOf(limit) };
    throw new EngineError('bad-argument', `there is no gas under ${schedule}; there is under ${ids.join(', ')}`);
  });
}

function gasOf(limit: bigint | number): bigint {
  const isGas = typeof limit === 'bigint' ? limit >= 0n : Number.isSafeInteger(limit) && limit >= 0;
  if (!isGas) throw new EngineError('bad-argument', `a limit of gas must be an integer from 0, got ${limit}`);
  return BigInt(limit);
}

/** To a tenth, rounded up, so that there is always more than nothing. */
function percent(part: bigint, whole: bigint): string {
  const tenths = (part * 1000n + whole - 1n) / whole;
  return `${tenths / 10n}.${tenths % 10n}`;
}
