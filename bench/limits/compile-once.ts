/** Compiles the module on its standard input and writes the processor time in ms and the MiB that this took at its peak. */
import { readFileSync } from 'node:fs';

const bytes = readFileSync(0);
const beforeMiB = process.memoryUsage.rss() / 2 ** 20;
const start = process.cpuUsage();
new WebAssembly.Module(bytes);
const { user, system } = process.cpuUsage(start);
process.stdout.write(JSON.stringify({ ms: (user + system) / 1000, mib: peakMiB() - beforeMiB }));

/** Of this program alone: what the system calls the largest resident set begins with that of the process it was started from. */
function peakMiB(): number {
  const [, kib] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) / 1024;
}
