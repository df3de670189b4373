import { readFileSync, type Stats, statSync } from 'node:fs';
import { InputRejected } from '../contracts/input-rejected.ts';

/**
 * Reads a file that the user named. Directories, pipes and devices are refused before they are opened, and so is
 * anything too large.
 *
 * @throws InputRejected
 */
export function readInput(path: string, maxBytes: number): Uint8Array {
  const stats = statOf(path);
  if (stats.isDirectory()) throw new InputRejected(path, 'is a directory, expected a file');
  if (!stats.isFile()) throw new InputRejected(path, 'is not a regular file');
  if (stats.size > maxBytes) throw new InputRejected(path, `is ${stats.size} bytes, at most ${maxBytes} are read`);
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw unreadable(path, error);
  }
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
