import { type ParseArgsConfig, parseArgs } from 'node:util';
import { closestName } from '../harness/text/closest-name.ts';
import { UsageError } from './usage-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; strict: true; allowPositionals: true }>
>;

/** `--json` on every command: a file, or `-` for stdout, which is also what it means alone. */
export const jsonOption = { json: { type: 'string' } } as const;

/** Its lines in a command's usage: what is written, after as many spaces as bring it in line with the others. */
export function jsonUsage(width: number, what: string): string {
  const indent = ' '.repeat(width);
  return `${'  --json <file|->'.padEnd(width)}${what}, alone to stdout.
${indent}The next word is its file only if it is -, ends in
${indent}.json or begins with /, ./ or ../; for any other
${indent}file write --json=<file>`;
}

/** @throws UsageError for an option that the command does not have, or that is given twice. */
export function parseArguments<const T extends Options>(args: readonly string[], options: T): Parsed<T> {
  try {
    const shown = hideMinus(withJsonTarget(args));
    const parsed = parseArgs({ args: shown, options, strict: true, allowPositionals: true, tokens: true });
    const isOnce = (name: string) => options[name]?.multiple !== true;
    refuseTwice(parsed.tokens.flatMap((token) => (token.kind === 'option' && isOnce(token.name) ? [token.name] : [])));
    return { ...parsed, positionals: parsed.positionals.map(showMinus), values: showAll(parsed.values) };
  } catch (error) {
    const [firstLine = ''] = (error as Error).message.split('\n', 1);
    throw new UsageError(showMinus(said(firstLine, Object.keys(options))));
  }
}

/** What `parseArgs` says, without how to pass a positional argument, and with the option that may have been meant. */
function said(message: string, names: readonly string[]): string {
  const unknown = /^Unknown option '--([^'=]+)/.exec(message)?.[1];
  if (unknown === undefined) return message;
  const closest = closestName(unknown, names);
  return `Unknown option '--${unknown}'${closest === undefined ? '' : `; did you mean --${closest}?`}`;
}

/** `parseArgs` takes whatever starts with a minus for an option. A negative number is an argument: mark it meanwhile. */
const MARK = '\0';

function hideMinus(args: readonly string[]): string[] {
  return args.map((arg) => (/^-\d/.test(arg) ? MARK + arg : arg));
}

function showMinus(text: string): string {
  return text.replaceAll(MARK, '');
}

/** Without a prototype, as `parseArgs` makes them: there is an option named `constructor`. */
function showAll<T extends object>(values: T): T {
  const shown = Object.create(null);
  for (const [name, value] of Object.entries(values))
    shown[name] = typeof value === 'string' ? showMinus(value) : Array.isArray(value) ? value.map(showMinus) : value;
  return shown;
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`--${twice} is given twice`);
}

/** What is meant as a file after `--json`, and not as the command's next argument. */
const JSON_PATH = /^-$|\.json$|^\.{0,2}[\\/]|^[A-Za-z]:[\\/]/;

/** With `--json` alone written as what it means, `--json=-`. */
export function withJsonTarget(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  const shown = options.map((arg, at) => {
    const next = options[at + 1];
    const isAlone = next === undefined || next.startsWith('--') || !JSON_PATH.test(next);
    return arg === '--json' && isAlone ? '--json=-' : arg;
  });
  return [...shown, ...args.slice(options.length)];
}

/** @throws UsageError unless `text` is a decimal or 0x integer from `min` to `max`. */
export function parseInteger(name: string, text: string, min: bigint, max: bigint): bigint {
  const value = /^(?:-?\d+|0x[0-9a-fA-F]+)$/.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value < min || value > max) {
    throw new UsageError(`${name} must be an integer from ${min} to ${max}, got ${JSON.stringify(text)}`);
  }
  return value;
}

/** One of a list of names, or several separated by commas. @throws UsageError */
export function parseNames(name: string, text: string, known: readonly string[]): readonly string[] {
  const names = text.split(',').map((part) => part.trim());
  for (const part of names) {
    if (!known.includes(part)) {
      throw new UsageError(`${name} takes ${known.join(', ')}, separated by commas; got ${JSON.stringify(part)}`);
    }
  }
  const twice = names.find((part, at) => names.indexOf(part) !== at);
  if (twice !== undefined) throw new UsageError(`${name} names ${twice} twice`);
  return names;
}
