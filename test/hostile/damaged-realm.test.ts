import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./damaged-realm.ts', import.meta.url));

/** What SECURITY.md says can change an outcome without a word, where other code has replaced it. */
const trusted = ['Object.entries', 'Uint8Array.slice', 'BigInt.asUintN', 'DataView.getUint32'];

describe('a realm whose built-ins others have damaged', function () {
  this.timeout(120_000);

  it('leads to the same outcome or to an error, but for the built-ins that SECURITY.md names', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', PROGRAM, 'wasm'], { encoding: 'utf8' });
    const report = JSON.parse(stdout || `{"error": ${JSON.stringify(stderr.slice(0, 500))}}`) as Record<string, string>;
    const ends = Object.entries(report);
    assert.ok(ends.length > 15, stdout || stderr);
    assert.ok(
      ends.some(([, end]) => end.startsWith('error')),
      'damage is done',
    );
    const silent = ends.filter(([, end]) => end === 'other').map(([name]) => name.replace('wasm ', ''));
    assert.deepEqual(
      silent.filter((name) => !trusted.includes(name)),
      [],
    );
  });
});
