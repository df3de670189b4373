import { spawn } from 'node:child_process';
import { InputRejected } from './input-rejected.ts';

/**
 * Runs a program of ours in a process of its own, gives it one question and takes its answer: what it does not give back of
 * memory is given back, and one that crashes or does not end is an error. This needs nothing of the room `processes`, which
 * lies above this one.
 *
 * @param name for errors
 * @throws InputRejected
 */
export async function askProgram(
  name: string,
  program: string,
  args: readonly string[],
  question: unknown,
  { limitMs, nodeFlags = [] }: { readonly limitMs: number; readonly nodeFlags?: readonly string[] },
): Promise<string> {
  const child = spawn(process.execPath, ['--no-warnings', ...nodeFlags, program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
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
  child.stdin.on('error', () => {}).end(JSON.stringify(question));
  const how = await new Promise<string>((ended) => {
    child.once('error', ({ message }) => ended(`did not run: ${message}`));
    child.once('close', (code, signal) => ended(code === 0 ? '' : `ended with ${code ?? signal}`));
  });
  clearTimeout(timer);
  process.off('exit', end);
  if (isLate) throw new InputRejected(name, `did not end within ${limitMs / 1000} s, the limit`);
  if (how !== '') throw new InputRejected(name, [how, errorLine(errors)].filter(Boolean).join(': '));
  return Buffer.concat(chunks).toString();
}

function errorLine(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  return (lines.find((line) => /^(?:\w*Error\b|FATAL)/.test(line)) ?? lines.find((line) => line !== ''))?.slice(0, 300);
}
