/** What the small benchmarks share: `npm run bench:<name>`, each a program that measures one thing and prints tables. */
import { AssertionError } from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { InputRejected } from '../contracts/input-rejected.ts';
import { columnsOf, textTable } from '../harness/text/text-table.ts';

/** Makes a value of what an option was given, which is undefined where it was left out. @throws InputRejected */
type Read<T> = (option: string, given?: string) => T;

export const flag: Read<boolean> = (_, given) => given !== undefined;
export const text: Read<string | undefined> = (_, given) => given;

export function wholeNumber(byDefault: number, least = 1): Read<number> {
  return (option, given = String(byDefault)) => {
    if (/^\d{1,15}$/.test(given) && Number(given) >= least) return Number(given);
    throw notTaken(option, `a whole number of at least ${least}`, given);
  };
}

/** Names with commas between them; undefined for all. @param known Undefined where that shows later. */
export function names(known?: readonly string[]): Read<readonly string[] | undefined> {
  return (option, given) => {
    const wanted = given?.split(',');
    const unknown = wanted?.find((name) => known?.includes(name) === false);
    if (unknown === undefined) return wanted;
    throw notTaken(option, `${known?.join(', ')}, separated by commas`, unknown);
  };
}

/** A part of the names of the rows that are wanted. */
export function partOf(rows: readonly string[]): Read<(row: string) => boolean> {
  return (option, given = '') => {
    const isWanted = (row: string): boolean => row.includes(given);
    if (rows.some(isWanted)) return isWanted;
    throw notTaken(option, `a part of one of ${[...new Set(rows)].join(', ')}`, given);
  };
}

export function notTaken(option: string, taken: string, given: string): InputRejected {
  return new InputRejected(option, `takes ${taken}; got ${JSON.stringify(given)}`);
}

/**
 * Reads the options and runs. Exit codes: 0 done, 1 what is measured comes to something wrong (an AssertionError), 2 bad usage or
 * something that is not installed, both in one line.
 */
export async function smallBenchmark<const O extends Readonly<Record<string, Read<unknown>>>>(
  name: string,
  options: O,
  run: (values: { readonly [option in keyof O]: ReturnType<O[option]> }) => Promise<void>,
): Promise<void> {
  try {
    const kinds = Object.entries(options).map(([option, read]) => {
      return [option, { type: read === flag ? 'boolean' : 'string' }] as const;
    });
    const given: Readonly<Record<string, unknown>> = parseArgs({ options: Object.fromEntries(kinds) }).values;
    const values = Object.entries(options).map(([option, read]) => {
      return [option, read(`--${option}`, option in given ? String(given[option]) : undefined)];
    });
    await run(Object.fromEntries(values));
  } catch (error) {
    const isWrong = error instanceof AssertionError;
    if (!isWrong && !isUsage(error)) throw error;
    // What `parseArgs` says in further sentences is how to pass what nobody here takes.
    process.stderr.write(`bench:${name}: ${error.message.split(/\.[ \n]|\n/, 1)[0]}\n`);
    process.exitCode = isWrong ? 1 : 2;
  }
}

function isUsage(error: unknown): error is Error {
  if (error instanceof InputRejected) return true;
  const { code } = error as { readonly code?: unknown };
  return error instanceof Error && (code === 'backend-unavailable' || String(code).startsWith('ERR_PARSE_ARGS'));
}

/** As wide as the screen: columns of text, then columns of numbers. */
export function printedTable(
  texts: readonly string[],
  numbers: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return textTable(columnsOf(texts, numbers), rows, process.stdout.columns);
}
