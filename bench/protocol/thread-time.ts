import { readFileSync } from 'node:fs';

interface ThreadClock {
  /** Microseconds. Since Node 22.19 and 23.9. */
  threadCpuUsage?(): { readonly user: number; readonly system: number };
}

/**
 * Processor time of this process's main thread so far, in nanoseconds: where it falls behind the clock on the wall,
 * someone else had the processor. The whole process's time would hide that behind its compiler threads. On Linux without
 * `threadCpuUsage` from `/proc/self/schedstat`, which is brought up to date at every timer tick (1 to 10 ms).
 */
export function mainThreadNs(): number | undefined {
  const usage = (process as ThreadClock).threadCpuUsage?.();
  if (usage !== undefined) return (usage.user + usage.system) * 1000;
  try {
    const [running = ''] = readFileSync('/proc/self/schedstat', 'utf8').split(' ');
    return Number(running);
  } catch {
    return undefined;
  }
}
