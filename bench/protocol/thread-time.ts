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
  return usage === undefined ? mainThreadNsOf('self') : (usage.user + usage.system) * 1000;
}

/** The same of any process, or undefined where the platform does not tell. */
export function mainThreadNsOf(pid: number | 'self' | undefined): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    return undefined;
  }
}
