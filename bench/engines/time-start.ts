/** Starts the module in a file, tells how long that took and what its first run came to, and ends. */
import { readFileSync } from 'node:fs';
import { answerRequests } from '../../processes/answers.ts';
import { timeNs } from '../sample.ts';
import type { Start } from './start-up.ts';

const SEED = 20_250_101;

await answerRequests(async (path: string): Promise<Start> => {
  const bytes = new Uint8Array(readFileSync(path));
  // The first time on the clock is a slow one.
  await timeNs(async () => {});
  const [result, ns] = await timeNs(async () => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    const { init, run } = exports as unknown as { init?: () => void; run: (seed: number) => bigint };
    init?.();
    return run(SEED);
  });
  return { ns, result: result.toString() };
});
