import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Launcher } from '../bench/protocol/block.ts';
import { EngineError } from '../engine/errors.ts';

/** What a measuring process answers: its result, or why it has none. */
export type Answer = { readonly result: unknown } | { readonly error: string };

/** In a checkout this file is TypeScript, and so is its neighbour. */
const isSource = import.meta.url.endsWith('.ts');
const program = fileURLToPath(new URL(`./measure.${isSource ? 'ts' : 'js'}`, import.meta.url));

/** Every job in a new process of this Node, started with this process's flags. */
export const processLauncher: Launcher = {
  slot: (job, paddingBytes) => launch(job, paddingBytes),
  phases: (job) => launch(job, 0),
};

function launch<T>(job: object, paddingBytes: number): Promise<T> {
  const ownFlags = process.execArgv.filter((flag, at, all) => !isLoader(flag) && !isLoader(all[at - 1]));
  const child = fork(program, {
    execArgv: isSource ? [...ownFlags, '--import', 'tsx'] : ownFlags,
    env: { ...process.env, TRIMETER_PADDING: 'x'.repeat(paddingBytes) },
    serialization: 'advanced',
  });
  return new Promise((resolve, reject) => {
    let answer: Answer | undefined;
    child.once('message', (message) => {
      answer = message as Answer;
    });
    child.once('error', reject);
    // Only when it is gone does the next one have the processor to itself.
    child.once('exit', (code, signal) => {
      if (answer === undefined) reject(new EngineError('internal', `a measuring process ended with ${code ?? signal}`));
      else if ('error' in answer) reject(new EngineError('internal', answer.error));
      else resolve(answer.result as T);
    });
    child.send(job);
  });
}

function isLoader(flag: string | undefined): boolean {
  return flag === '--import' || flag === 'tsx' || flag === '--import=tsx';
}
