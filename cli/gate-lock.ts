import { fileStats } from '../contracts/file-stats.ts';
import { readInputText } from '../contracts/read-input.ts';
import { type Lock, MAX_LOCK_BYTES, parseLock } from '../harness/gate/lock-file.ts';

/** Undefined where there is none. @throws InputRejected for what is no lock. */
export function readLock(path: string): Lock | undefined {
  return fileStats(path) === undefined ? undefined : parseLock(readInputText(path, MAX_LOCK_BYTES), path);
}
