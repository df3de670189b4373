import { InputRejected } from '../contracts/input-rejected.ts';
import { escapeInJson, printable } from '../harness/text/printable.ts';
import { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { checkWritable, isOpenAs, placeOf, writeFile } from './write-file.ts';

/**
 * Where a result goes: a file, or `-` for standard output, which then holds nothing else. Made before the work, so that a
 * target that cannot be written costs no time.
 */
export interface Target<T> {
  /** Whether there is no room for people's output on stdout. */
  readonly isQuiet: boolean;
  /**
   * Throws nothing: a result that took minutes must not be lost to a full disk. What cannot be written is reported, and
   * text is shown on stderr in place of the file. Returns whether all is well.
   */
  write(value: T): boolean;
}

export type JsonTarget = Target<unknown>;

/**
 * @param path As given on the command line; undefined writes nowhere.
 * @throws InputRejected
 */
export function jsonTarget(terminal: Terminal, path: string | undefined): JsonTarget {
  const { isQuiet, write } = fileTarget(terminal, path);
  return { isQuiet, write: path === undefined ? () => true : (value) => write(toJson(value)) };
}

/** As `jsonTarget`. */
export function fileTarget(terminal: Terminal, path: string | undefined): Target<string | Uint8Array> {
  if (path === undefined) return { isQuiet: false, write: () => true };
  if (isStandardOutput(path)) return { isQuiet: true, write: (content) => say(() => terminal.out(content)) };
  if (isOpenAs(path, 2)) return { isQuiet: false, write: (content) => say(() => terminal.error(Buffer.from(content))) };
  checkWritable(path);
  return { isQuiet: false, write: (content) => writeOrShow(terminal, path, content) };
}

/** As `Target.write`. */
export function writeOrShow(terminal: Terminal, path: string, content: string | Uint8Array): boolean {
  try {
    writeFile(path, content);
    return true;
  } catch (error) {
    if (!(error instanceof InputRejected)) throw error;
    const isText = typeof content === 'string';
    terminal.error(`trimeter: ${printable(error.message)}${isText ? '; it would hold:' : ''}\n`);
    if (isText) terminal.error(Buffer.from(content.endsWith('\n') ? content : `${content}\n`));
    return false;
  }
}

/**
 * Checks the paths of a command line, by option.
 *
 * @param inputs Files that are read, by what to call them.
 * @throws UsageError if two outputs go to one place, or one goes over an input.
 */
export function checkPlaces(
  outputs: Readonly<Record<string, string | undefined>>,
  inputs: Readonly<Record<string, string | undefined>> = {},
): void {
  const taken = new Map<string, string>();
  for (const [name, path] of Object.entries(inputs)) if (path !== undefined) taken.set(placeOf(path), name);
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    if (path === '') throw new UsageError(`${option} takes a path or -, got ""`);
    const place = isStandardOutput(path) ? '-' : placeOf(path);
    const other = taken.get(place);
    if (other !== undefined) throw new UsageError(`${option} and ${other} each need a place of their own, got ${path}`);
    taken.set(place, option);
  }
}

/** What a command ends with: its finding, or that a result could not be written where it should be. */
export function exitWith(finding: ExitCode, written: readonly boolean[]): ExitCode {
  return finding === ExitCode.Done && written.includes(false) ? ExitCode.BadInput : finding;
}

function isStandardOutput(path: string): boolean {
  return path === '-' || isOpenAs(path, 1);
}

function say(speak: () => void): boolean {
  speak();
  return true;
}

/** Integers beyond a double's reach are written as decimal strings: gas and wei always. */
function toJson(value: unknown): string {
  const bigintsAsText = (_key: string, item: unknown) => (typeof item === 'bigint' ? item.toString() : item);
  return `${escapeInJson(JSON.stringify(value, bigintsAsText, 2))}\n`;
}
