import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputRejected } from '../contracts/input-rejected.ts';

/**
 * Puts a result where a path leads to, through links and into pipes and character devices, and leaves everything else about that
 * place as it was: a file keeps its mode, its owner and its other names.
 *
 * @throws InputRejected if it cannot be written.
 */
export function writeFile(path: string, content: string | Uint8Array): void {
  checkKind(path, statOf(path));
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Finds out before the work what would fail after it, as far as that can be known. @throws InputRejected */
export function checkWritable(path: string): void {
  const stats = statOf(path);
  checkKind(path, stats);
  try {
    if (stats !== undefined) accessSync(path, constants.W_OK);
    else tryOut(followLinks(path));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Equal for two paths if they lead to one place. */
export function placeOf(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return followLinks(path);
  }
}

/** Whether a path leads to what a stream of this process is connected to: a file, a pipe or a socket. */
export function isOpenAs(path: string, descriptor: number): boolean {
  try {
    const [named, open] = [statSync(path), fstatSync(descriptor)];
    return !named.isCharacterDevice() && named.dev === open.dev && named.ino === open.ino;
  } catch {
    return false;
  }
}

function checkKind(path: string, stats: Stats | undefined): void {
  if (stats?.isDirectory()) throw new InputRejected(path, 'is a directory');
  if (stats?.isBlockDevice()) throw new InputRejected(path, 'is a block device');
  if (stats?.isSocket()) throw new InputRejected(path, 'is a socket');
  if (stats !== undefined) return;
  if (/[\\/]$/.test(path)) throw new InputRejected(path, 'is not the name of a file');
  const parent = dirname(followLinks(path));
  if (statOf(parent)?.isDirectory() !== true) throw new InputRejected(path, 'its directory does not exist');
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw unwritable(path, error);
  }
}

/** Where a path leads to, whether or not something is there yet. */
function followLinks(path: string): string {
  let at = resolve(path);
  for (let links = 0; links < 40; links++) {
    try {
      at = join(realpathSync(dirname(at)), basename(at));
      if (!lstatSync(at).isSymbolicLink()) return at;
      at = resolve(dirname(at), readlinkSync(at));
    } catch {
      return at;
    }
  }
  return at;
}

/** Some folders that seem to take a new file do not (/proc). */
function tryOut(place: string): void {
  closeSync(openSync(place, 'wx'));
  rmSync(place);
}

function unwritable(path: string, error: unknown): InputRejected {
  return new InputRejected(path, `cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
}
