// Runs the programs that it is given as JSON, one after the other, each as if it were the main one, and prints how each ended.
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

interface Program {
  readonly script: string;
  readonly args: readonly string[];
}

interface Ended {
  stdout: string;
  stderr: string;
  status: number;
}

const [node, , programs] = process.argv as [string, string, string];
const ends: Ended[] = [];
for (const [at, { script, args }] of (JSON.parse(programs) as readonly Program[]).entries()) {
  const ended = { stdout: '', stderr: '', status: 0 };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text: string | Uint8Array) => {
      ended[name] += text;
      return true;
    };
  }
  process.argv = [node, script, ...args];
  process.exitCode = 0;
  // Only the program itself is loaded anew.
  await import(`${pathToFileURL(script).href}?${at}`);
  ended.status = process.exitCode;
  ends.push(ended);
}
process.exitCode = 0;
writeSync(1, JSON.stringify(ends));
