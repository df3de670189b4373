import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const watcher = fileURLToPath(new URL('support/watch-reads.ts', import.meta.url));

function modulesIn(room: string): readonly string[] {
  return readdirSync(join(root, room), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
    .map((entry) => pathToFileURL(join(entry.parentPath, entry.name)).href);
}

/** What importing modules opens and reads, but for the modules themselves. */
function readsOf(modules: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', watcher], {
    cwd: root,
    input: JSON.stringify(modules),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

function inline(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

describe('importing the engine or the metering pass', () => {
  it('reads no file', () => {
    const modules = [...modulesIn('engine'), ...modulesIn('metering')];
    assert.ok(modules.length > 150, `${modules.length} modules`);
    assert.deepEqual(readsOf(modules), []);
  });

  it('would be seen to read one, by whatever function', () => {
    const reads = readsOf([
      inline("import { readFileSync } from 'node:fs'; readFileSync(process.execPath).length;"),
      inline("import fs from 'node:fs'; fs.closeSync(fs.openSync(process.execPath));"),
      inline("import { readFile } from 'node:fs/promises'; await readFile(process.execPath);"),
    ]);
    assert.deepEqual(
      reads.map((read) => read.split(' ')[0]),
      ['readFileSync', 'openSync', 'readFile'],
    );
  });
});
