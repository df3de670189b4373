import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { InputRejected } from './input-rejected.ts';

/**
 * Reads a file from outside. Directories, pipes and devices are refused before they are opened, and so is anything too
 * large; a file that grows meanwhile, or that does not know its size, is read no further than that.
 *
 * @throws InputRejected
 */
export function readInput(path: string, maxBytes: number): Uint8Array {
  checkRegular(path, statOf(path), maxBytes);
  let file: number | undefined;
  try {
    // Does not wait for a writer if the path has become a pipe since.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(file);
    checkRegular(path, stats, maxBytes);
    return readUpTo(path, file, stats.size, maxBytes);
  } catch (error) {
    throw error instanceof InputRejected ? error : unreadable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** As `readInput`, for UTF-8 text without a byte order mark. */
export function readInputText(path: string, maxBytes: number): string {
  return decodeInput(readInput(path, maxBytes), path);
}

/** @throws InputRejected for anything but UTF-8 without a byte order mark. */
export function decodeInput(bytes: Uint8Array, where: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputRejected(where, 'is not UTF-8 text');
  }
  if (text.startsWith('\ufeff')) throw new InputRejected(where, 'begins with a byte order mark (U+FEFF): leave it out');
  return text;
}

function checkRegular(path: string, stats: Stats, maxBytes: number): void {
  if (stats.isDirectory()) throw new InputRejected(path, 'is a directory, expected a file');
  if (!stats.isFile()) throw new InputRejected(path, 'is not a regular file');
  if (stats.size > maxBytes) throw tooLarge(path, `is ${stats.size} bytes`, maxBytes);
}

function readUpTo(path: string, file: number, expectedBytes: number, maxBytes: number): Uint8Array {
  // One byte more than expected, so that the end is seen without growing.
  let bytes = new Uint8Array(expectedBytes + 1);
  let length = 0;
  for (;;) {
    const count = readSync(file, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.slice(0, length);
    length += count;
    if (length > maxBytes) throw tooLarge(path, 'is larger than it says', maxBytes);
    if (length < bytes.length) continue;
    const larger = new Uint8Array(Math.min(2 * length + 4096, maxBytes + 1));
    larger.set(bytes);
    bytes = larger;
  }
}

function tooLarge(path: string, size: string, maxBytes: number): InputRejected {
  return new InputRejected(path, `${size}, at most ${maxBytes} are read`);
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): InputRejected {
  const { code } = error as NodeJS.ErrnoException;
  return new InputRejected(path, code === 'ENOENT' ? 'no such file' : `cannot be read (${code ?? 'unknown error'})`);
}
