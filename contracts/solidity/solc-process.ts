import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { InputRejected } from '../input-rejected.ts';
import type { SolcPackage } from './solc-package.ts';

/** What solc says in standard JSON (https://docs.soliditylang.org/en/latest/using-the-compiler.html#output-description), as far as we ask. */
export interface SolcOutput {
  readonly errors?: readonly SolcMessage[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, SolcContract>>>>;
}

export interface SolcMessage {
  readonly severity: string;
  readonly type: string;
  readonly message: string;
  readonly formattedMessage?: string;
  /** Byte offsets, -1 if there is no place. */
  readonly sourceLocation?: { readonly file: string; readonly start: number };
}

export interface SolcContract {
  readonly abi: readonly Readonly<Record<string, unknown>>[];
  readonly evm: {
    readonly bytecode: {
      readonly object: string;
      readonly linkReferences?: Readonly<
        Record<string, Readonly<Record<string, readonly { readonly start: number }[]>>>
      >;
    };
  };
}

const LIMIT_MS = 300_000;
const program = fileURLToPath(new URL('./run-solc.mjs', import.meta.url));

/**
 * Runs a compiler in a process of its own: releases do not disturb each other, memory is given back, and one that crashes or
 * does not end is an error. One question and one answer need nothing of the room `processes`, which lies above this one.
 *
 * @throws InputRejected
 */
export async function runSolc(
  { version, folder }: SolcPackage,
  input: unknown,
  limitMs: number = LIMIT_MS,
): Promise<SolcOutput> {
  const child = spawn(process.execPath, ['--no-warnings', program, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, limitMs);
  const chunks: Buffer[] = [];
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-10_000);
  });
  // A broken pipe says nothing that the end of the process does not say.
  child.stdin.on('error', () => {}).end(JSON.stringify(input));
  const how = await new Promise<string>((ended) => {
    child.once('error', ({ message }) => ended(`did not run: ${message}`));
    child.once('close', (code, signal) => ended(code === 0 ? '' : `ended with ${code ?? signal}`));
  });
  clearTimeout(timer);
  process.off('exit', end);
  const name = `solc ${version}`;
  if (isLate) throw new InputRejected(name, `did not end within ${limitMs / 1000} s, the limit`);
  if (how !== '') throw new InputRejected(name, [how, errorLine(errors)].filter(Boolean).join(': '));
  return readAnswer(name, version, folder, Buffer.concat(chunks).toString());
}

function readAnswer(name: string, version: string, folder: string, text: string): SolcOutput {
  let answer: { version: string; output: string };
  let output: SolcOutput;
  try {
    answer = JSON.parse(text);
    output = JSON.parse(answer.output);
  } catch {
    throw new InputRejected(name, `wrote what is no answer: ${JSON.stringify(text.slice(0, 80))}`);
  }
  // It happened: the npm package 0.8.7 has the compiler 0.7.5.
  if (!answer.version.startsWith(`${version}+`)) {
    throw new InputRejected(folder, `says it is solc ${version}, and has ${answer.version}: remove it`);
  }
  return output;
}

function errorLine(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  return (lines.find((line) => /^(?:\w*Error\b|FATAL)/.test(line)) ?? lines.find((line) => line !== ''))?.slice(0, 300);
}
