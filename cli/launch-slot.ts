import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Launcher } from '../bench/protocol/block.ts';
import { EngineError } from '../engine/errors.ts';
import { fromJobText, toJobText } from '../harness/machines/child/message-text.ts';
import { sourceLoader } from '../harness/machines/child/source-loader.ts';
import { type EngineVariant, engineVariants } from './engine-variants.ts';

/** What a measuring process answers: its result, or why it has none. */
export type Answer = { readonly result: unknown } | { readonly error: string };

/** In a checkout this file is TypeScript, and so is its neighbour. */
const isSource = import.meta.url.endsWith('.ts');
const MAX_ERROR_TEXT = 10_000;
const program = fileURLToPath(new URL(`./measure.${isSource ? 'ts' : 'js'}`, import.meta.url));

/** Every job in a new process: of this Node, started with this process's flags, or what the machine's variant says. */
export const processLauncher: Launcher = {
  slot: async (job, paddingBytes) => {
    const variant = engineVariants[job.machine];
    if (variant === undefined) return launch(job, paddingBytes);
    if (variant.measure !== undefined) return variant.measure(job, paddingBytes);
    return launch({ ...job, machine: variant.of }, paddingBytes, variant);
  },
  phases: (job) => launch(job, 0),
};

function launch<T>(job: object, paddingBytes: number, variant?: EngineVariant): Promise<T> {
  const ownFlags = process.execArgv.filter((flag, at, all) => !isLoader(flag) && !isLoader(all[at - 1]));
  const binary = variant?.binary?.();
  const flags = binary === undefined ? [...ownFlags, ...(isSource ? sourceLoader() : [])] : [];
  const child = spawn(binary ?? process.execPath, [...flags, ...(variant?.flags ?? []), program], {
    env: { ...process.env, TRIMETER_PADDING: 'x'.repeat(paddingBytes) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A process that ends without reading says why by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(toJobText(job));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    errors = (errors + part).slice(-MAX_ERROR_TEXT);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Only when it is gone does the next one have the processor to itself.
    child.once('close', (code, signal) => {
      if (text === '') {
        const why = errorLine(errors);
        const end = `a measuring process ended with ${code ?? signal}`;
        reject(new EngineError('internal', why === undefined ? end : `${end}: ${why}`));
        return;
      }
      const answer = fromJobText(text) as Answer;
      if ('error' in answer) reject(new EngineError('internal', answer.error));
      else resolve(answer.result as T);
    });
  });
}

/** Of what a process that failed has written: the line with the error, and not the stack trace around it. */
function errorLine(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => /^(?:\w*Error\b|FATAL|fatal)/.test(line)) ?? lines.find((line) => line !== '');
}

function isLoader(flag: string | undefined): boolean {
  return flag === '--import' || flag === 'tsx' || flag === '--import=tsx';
}
