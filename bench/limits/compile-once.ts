/** Compiles the module that it is given and answers the processor time in ms and the MiB that this took at its peak. */
import { readFileSync, writeFileSync } from 'node:fs';
import { answerRequests } from '../../processes/answers.ts';
import { processorClock, timeNs } from '../sample.ts';

await answerRequests(async (bytes: Uint8Array<ArrayBuffer>) => {
  // The peak begins anew: what taking the module took is not meant.
  writeFileSync('/proc/self/clear_refs', '5');
  const beforeMiB = process.memoryUsage.rss() / 2 ** 20;
  const [, ns] = await timeNs(async () => new WebAssembly.Module(bytes), processorClock);
  return { ms: ns / 1e6, mib: peakMiB() - beforeMiB };
});

/** Of this program alone: what the system calls the largest resident set begins with that of the process it was started from. */
function peakMiB(): number {
  const [, kib] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) / 1024;
}
