import type { ContractCalls, Frame } from '../../frame.ts';
import { keyOfBytes } from '../../state/storage-key.ts';

/**
 * Per call from outside: how many running calls out of an account do not let it be called again. On pallet-contracts
 * that is the rule and `ALLOW_REENTRY` the exception.
 */
const closed = new WeakMap<ContractCalls, Map<string, number>>();

/** Whether `address` is in the middle of a call that it does not want to be called back from. */
export function refusesReentry(frame: Frame, address: Uint8Array): boolean {
  return (closed.get(frame.calls)?.get(keyOfBytes(address)) ?? 0) > 0;
}

/** Runs a call out of the frame during which its account may not be called. */
export function withoutReentry<T>(frame: Frame, call: () => T): T {
  const counts = closed.get(frame.calls) ?? new Map<string, number>();
  closed.set(frame.calls, counts);
  const { id } = frame.account;
  const before = counts.get(id) ?? 0;
  counts.set(id, before + 1);
  try {
    return call();
  } finally {
    counts.set(id, before);
  }
}
