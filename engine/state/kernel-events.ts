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

/** All that are in the kernel, the oldest first. */
export function kernelEvents(kernel: Kernel, accounts: KernelAccounts): readonly Event[] {
  if (kernel.exports.event_count() === 0) return NO_EVENTS;
  const events: Event[] = [];
  const bytes = kernel.bytes();
  const view = new DataView(bytes.buffer);
  let at = kernel.exports.event_last() >>> 0;
  while (at !== 0) {
    const start = at + eventRecord.sizeBytes;
    const dataStart = start + TOPIC_BYTES * view.getUint32(at + eventRecord.topicCount, true);
    const topics: Uint8Array[] = [];
    for (let topic = start; topic < dataStart; topic += TOPIC_BYTES)
      topics.push(bytes.slice(topic, topic + TOPIC_BYTES));
    const { address } = accounts.ofNumber(view.getUint32(at + eventRecord.account, true));
    const data = bytes.slice(dataStart, start + view.getUint32(at + eventRecord.dataBytes, true));
    events.push({ address: new Uint8Array(address), topics, data });
    at = view.getUint32(at + eventRecord.previous, true);
  }
  return events.reverse();
}
