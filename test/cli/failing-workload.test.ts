import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trimeter } from './capture.ts';
import { copyCase, editManifest } from './foreign-case.ts';

describe('bench of a workload whose calls fail', function () {
  this.timeout(120_000);
  let parent: string;
  let folder: string;

  before(() => {
    parent = mkdtempSync(join(tmpdir(), 'trimeter-failing-'));
    folder = copyCase('erc20', parent);
  });

  after(() => rmSync(parent, { recursive: true, force: true }));

  /** More than Bob has, as the only workload. */
  const failing = (fields: object) =>
    editManifest(folder, (manifest) => {
      const calls = [{ method: 'transfer', args: ['alice', '1000000000000000000000000000000'], caller: 'bob' }];
      const workload = { id: 'too-much', operation: 'refused transfer', operationsPerCall: 1, setup: [], calls };
      manifest['workloads'] = [{ ...workload, ...fields }];
    });

  it('names it and ends in 2, under the quick protocol', async () => {
    failing({});
    const { exitCode, output, errors } = await trimeter('bench', folder, '--quick', '--on', 'wasm,wasm-unmetered');
    assert.equal(exitCode, 2);
    assert.match(errors, /^erc20\/too-much is not timed: call 0 reverts$/m);
    assert.match(output, /^erc20 +refused transfer +not timed: call 0 reverts$/m);
    assert.doesNotMatch(output, /geometric mean/);
  });

  it('times it where the manifest says that failing is meant', async () => {
    failing({ mayFail: true });
    const { exitCode, output } = await trimeter('bench', folder, '--quick', '--on', 'wasm,wasm-unmetered');
    assert.equal(exitCode, 0);
    assert.match(output, /^erc20 +refused transfer +[\d.]+ (?:ns|µs)/m);
  });

  it('turns down a manifest that says so in another way', async () => {
    failing({ mayFail: 'yes' });
    const { exitCode, errors } = await trimeter('bench', folder, '--quick', '--on', 'wasm');
    assert.equal(exitCode, 2);
    assert.match(errors, /mayFail: expected true or false, got "yes"/);
  });
});
