import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputRejected } from '../contracts/input-rejected.ts';

/**
 * Writes a whole file or nothing: into a neighbour first, then over the target in one step. Whoever reads the target
 * meanwhile sees the old content or the new one.
 *
 * @throws InputRejected if the target cannot be written.
 */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  checkWritable(path);
  const partial = join(dirname(path), `.trimeter-${randomUUID()}.partial`);
  try {
    writeFileSync(partial, content, { flag: 'wx' });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw unwritable(path, error);
  }
}

/** Finds out before the work what would fail after it. @throws InputRejected */
export function checkWritable(path: string): void {
  if (isDirectory(path, path)) throw new InputRejected(path, 'is a directory');
  if (!isDirectory(dirname(path), path)) throw new InputRejected(path, 'its directory does not exist');
}

function isDirectory(path: string, target: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    throw unwritable(target, error);
  }
}

function unwritable(path: string, error: unknown): InputRejected {
  return new InputRejected(path, `cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
}
