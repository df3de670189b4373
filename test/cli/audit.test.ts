import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wat } from '../support/wat.ts';
import { trimeter } from './capture.ts';

describe('inspect --audit', () => {
  it('shows what is found and ends in 2 where the module is refused, and survives 2^32 locals', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-audit-'));
    try {
      const path = join(folder, 'start.wasm');
      writeFileSync(path, await wat('(module (func $s) (start $s))'));
      const { exitCode, output, errors } = await trimeter('inspect', path, '--audit');
      assert.equal(exitCode, 2);
      assert.match(output, /warning +start +\d+ +a start function runs before a call begins/);
      assert.match(errors, /start-not-allowed at byte \d+/);
      const locals = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f];
      const bomb = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 10, 1, 8, 1, ...locals, 0x0b];
      writeFileSync(path, Uint8Array.from(bomb));
      assert.match((await trimeter('inspect', path)).errors, /limit-exceeded at byte \d+: expected localsPerFunction/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
