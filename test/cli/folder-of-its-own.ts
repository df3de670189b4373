import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramRun } from './capture.ts';

/** Each test of a suite runs in a new folder, which is gone afterwards, and may change PATH. */
export function inFolderOfItsOwn(): void {
  const { PATH } = process.env;
  const home = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'trimeter-folder-')));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    process.env['PATH'] = PATH;
    rmSync(folder, { recursive: true });
  });
}

/** What a command that did what it was asked to do printed. */
export function done({ exitCode, output, errors }: ProgramRun): string {
  assert.equal(exitCode, 0, errors);
  return output;
}

/** That a command ended in one line of this kind, and printed nothing. */
export function refused({ exitCode, output, errors }: ProgramRun, message: RegExp): void {
  assert.equal(exitCode, 2);
  assert.equal(output, '');
  assert.match(errors.trimEnd().split('\n').at(-1) as string, message);
}
