import { EngineError } from '../errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { eventRecord } from '../kernel/kernel-exports.ts';
import type { Event } from '../outcome.ts';
import type { KernelAccounts } from './kernel-accounts.ts';

const TOPIC_BYTES = 32;
/** Below the kernel's own bound, and far from where 32-bit numbers end. */
const LARGEST_EVENT = 1 << 29;
const NO_EVENTS: readonly Event[] = Object.freeze([]);

/** Puts an event of the account with that number into the kernel. */
export function addKernelEvent(kernel: Kernel, account: number, { topics, data }: Omit<Event, 'address'>): void {
  const sizeBytes = TOPIC_BYTES * topics.length + data.length;
  if (sizeBytes > LARGEST_EVENT) throw new EngineError('internal', `an event of ${sizeBytes} bytes`);
  let at = kernel.run((exports) => exports.event_add(account, topics.length, sizeBytes)) >>> 0;
  for (const topic of topics) {
    kernel.write(at, TOPIC_BYTES, topic);
    at += TOPIC_BYTES;
  }
  kernel.write(at, data.length, data);
}

/** All that are in the kernel, the oldest first. @param last Address of the youngest, or 0. */
export function eventsUpTo(last: number, kernel: Kernel, accounts: KernelAccounts): readonly Event[] {
  if (last === 0) return NO_EVENTS;
  const youngest = eventAt(last >>> 0, kernel, accounts);
  const view = kernel.view();
  let at = view.getUint32((last >>> 0) + eventRecord.previous, true);
  const events = [youngest];
  for (; at !== 0; at = view.getUint32(at + eventRecord.previous, true)) events.push(eventAt(at, kernel, accounts));
  return events.length === 1 ? events : events.reverse();
}

function eventAt(at: number, kernel: Kernel, accounts: KernelAccounts): Event {
  const bytes = kernel.bytes();
  const view = kernel.view();
  const start = at + eventRecord.sizeBytes;
  const topicCount = view.getUint32(at + eventRecord.topicCount, true);
  const dataStart = start + TOPIC_BYTES * topicCount;
  const { address } = accounts.ofNumber(view.getUint32(at + eventRecord.account, true));
  return {
    address: new Uint8Array(address),
    topics: topicsAt(start, topicCount, bytes),
    data: bytes.slice(dataStart, start + view.getUint32(at + eventRecord.dataBytes, true)),
  };
}

function topicsAt(start: number, count: number, bytes: Uint8Array): Uint8Array[] {
  // An empty array that is pushed to gets room for 17.
  const topics: Uint8Array[] = new Array(count);
  for (let i = 0, at = start; i < count; i++, at += TOPIC_BYTES) topics[i] = bytes.slice(at, at + TOPIC_BYTES);
  return topics;
}
