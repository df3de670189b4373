import { fromHex } from '../../engine/bytes.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Difference } from './compare.ts';

/** A difference as people who know the contract would put it. What is not there needs no other words than its own. */
export interface Explanation {
  /** What the field is: `the balance of vault`. */
  readonly field?: string;
  /** Errors and amounts, decoded. */
  readonly left?: string;
  readonly right?: string;
}

/** Names accounts, gives amounts their unit, and decodes what calls reverted with. */
export function explain(
  subject: Pick<Subject, 'id' | 'companions' | 'describeRevert'>,
  difference: Difference,
): Explanation {
  const { field, left, right } = difference;
  const account = ownerOfBalance(subject, field);
  if (account !== undefined) return { field: `the balance of ${account}`, left: `${left} wei`, right: `${right} wei` };
  const [a, b] = [left, right].map((text) => revertOf(subject, field, text));
  return { ...(a !== undefined && { left: a }), ...(b !== undefined && { right: b }) };
}

/** The contract comes first among the accounts that are looked at, and its companions in the order of their deployment. */
function ownerOfBalance(
  { id, companions = [] }: Pick<Subject, 'id' | 'companions'>,
  field: string,
): string | undefined {
  const named = /^balances\[(.*)\]$/.exec(field)?.[1];
  if (named !== undefined) return named;
  const at = /^accounts\[(\d+)\]\.balance$/.exec(field)?.[1];
  return at === undefined ? undefined : [id, ...companions.map(({ name }) => name)][Number(at)];
}

/** Only what reverts has four bytes more than whole words. */
function revertOf(
  { describeRevert }: Pick<Subject, 'describeRevert'>,
  field: string,
  text: string,
): string | undefined {
  const bytes = (field === 'output' ? /^(0x[0-9a-f]*)$/ : /^revert (0x[0-9a-f]*)$/).exec(text)?.[1];
  if (bytes === undefined || (field !== 'output' && field !== 'status')) return undefined;
  if (bytes === '0x') return field === 'status' ? 'revert without data' : undefined;
  if ((bytes.length / 2 - 1) % 32 !== 4) return undefined;
  const error = describeRevert?.(fromHex(bytes));
  return error === undefined ? undefined : `revert ${error}`;
}
