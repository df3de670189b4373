import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputRejected } from '../contracts/input-rejected.ts';

/**
 * Puts a result where a path leads to, and leaves everything else about that place as it was. Through links; into pipes
 * and character devices; a regular file gets its new content in one step, so that whoever reads it meanwhile sees the old
 * one or the new one, and keeps its mode and owner. Where that cannot be done in one step (hard links, a folder or an
 * owner that we may not write), the file is written in place.
 *
 * @throws InputRejected if it cannot be written.
 */
export function writeFile(path: string, content: string | Uint8Array): void {
  const stats = statOf(path);
  checkKind(path, stats);
  try {
    if (stats !== undefined && !stats.isFile()) writeThrough(path, content);
    else replaceFile(followLinks(path), stats, content);
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
    if (stats === undefined || stats.isFile()) probe(followLinks(path), stats);
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

function writeThrough(path: string, content: string | Uint8Array): void {
  const file = openSync(path, constants.O_WRONLY | (constants.O_NOCTTY ?? 0));
  try {
    writeFileSync(file, content);
  } finally {
    closeSync(file);
  }
}

function replaceFile(path: string, old: Stats | undefined, content: string | Uint8Array): void {
  // Another name for the file would keep the old content.
  if (old !== undefined && old.nlink > 1) {
    overwrite(path, content);
    return;
  }
  const partial = partialOf(path);
  try {
    const file = openSync(partial, 'wx', old === undefined ? 0o666 : 0o600);
    try {
      if (old !== undefined) takeIdentity(file, old);
      writeFileSync(file, content);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    if (old === undefined || !isForbidden(error)) throw error;
    overwrite(path, content);
  }
}

function takeIdentity(file: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(file);
  if (own.uid !== uid || own.gid !== gid) fchownSync(file, uid, gid);
  fchmodSync(file, mode & 0o7777);
}

function overwrite(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const file = openSync(path, 'r+');
  try {
    writeFileSync(file, bytes);
    ftruncateSync(file, bytes.length);
  } finally {
    closeSync(file);
  }
}

function probe(path: string, old: Stats | undefined): void {
  const partial = partialOf(path);
  try {
    closeSync(openSync(partial, 'wx'));
    rmSync(partial);
  } catch (error) {
    if (old === undefined || !isForbidden(error)) throw error;
    closeSync(openSync(path, 'r+'));
  }
}

function partialOf(path: string): string {
  return join(dirname(path), `.trimeter-${randomUUID()}.partial`);
}

function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function unwritable(path: string, error: unknown): InputRejected {
  return new InputRejected(path, `cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
}
