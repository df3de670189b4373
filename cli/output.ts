import { checkWritable, writeFileAtomically } from './atomic-write.ts';
import type { Terminal } from './terminal.ts';

/**
 * Where a result goes: a file, or `-` for standard output, which then holds nothing else. Made before the work, so that a
 * target that cannot be written costs no time.
 */
export interface Target<T> {
  /** Whether there is room for people's output on stdout. */
  readonly isQuiet: boolean;
  write(value: T): void;
}

export type JsonTarget = Target<unknown>;

/**
 * @param path As given on the command line; undefined writes nowhere.
 * @throws InputRejected
 */
export function jsonTarget(terminal: Terminal, path: string | undefined): JsonTarget {
  const { isQuiet, write } = textTarget(terminal, path);
  return { isQuiet, write: path === undefined ? () => {} : (value) => write(toJson(value)) };
}

/** As `jsonTarget`. */
export function textTarget(terminal: Terminal, path: string | undefined): Target<string> {
  if (path === undefined) return { isQuiet: false, write: () => {} };
  if (path === '-') return { isQuiet: true, write: (text) => terminal.out(text) };
  checkWritable(path);
  return { isQuiet: false, write: (text) => writeFileAtomically(path, text) };
}

/** Integers beyond a double's reach are written as decimal strings: gas and wei always. */
function toJson(value: unknown): string {
  const bigintsAsText = (_key: string, item: unknown) => (typeof item === 'bigint' ? item.toString() : item);
  return `${JSON.stringify(value, bigintsAsText, 2)}\n`;
}
