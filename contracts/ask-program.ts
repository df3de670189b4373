import { InputRejected } from './input-rejected.ts';
import { runProgram } from './run-program.ts';

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
  const flags = ['--no-warnings', ...nodeFlags, program, ...args];
  const end = await runProgram(process.execPath, flags, { input: JSON.stringify(question), limitMs });
  if (end.failure === undefined) return end.output;
  throw new InputRejected(name, [end.failure, errorLine(end.errors)].filter(Boolean).join(': '));
}

function errorLine(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  return (lines.find((line) => /^(?:\w*Error\b|FATAL)/.test(line)) ?? lines.find((line) => line !== ''))?.slice(0, 300);
}
