import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatRuntime, runtimeOf, thisRuntime } from '../../processes/runtime.ts';

describe('the runtime', () => {
  it('is named for what it is, whatever it passes for', () => {
    const node = { node: '24.3.0', v8: '13.6.233.10' };
    assert.equal(formatRuntime(runtimeOf(node)), 'Node v24.3.0 (V8 13.6.233.10)');
    assert.equal(formatRuntime(runtimeOf({ ...node, deno: '2.5.4' })), 'Deno 2.5.4 (V8 13.6.233.10)');
    assert.equal(
      formatRuntime(runtimeOf({ ...node, bun: '1.4.5', webkit: 'd6375c72affe0f70' })),
      'Bun 1.4.5 (JavaScriptCore d6375c72)',
    );
  });

  it('is Node here', () => {
    assert.equal(formatRuntime(thisRuntime()), `Node ${process.version} (V8 ${process.versions.v8})`);
  });

  it('is bun under bun, in what a run is described with', function () {
    const bun = fileURLToPath(new URL('../../processes/engines/node_modules/bun/bin/bun.exe', import.meta.url));
    if (!existsSync(bun)) return this.skip();
    const environment = fileURLToPath(new URL('../../bench/result/environment.ts', import.meta.url));
    const program = `const { describeEnvironment } = await import(${JSON.stringify(environment)});
      console.log(JSON.stringify(describeEnvironment([], new Date(0))));`;
    const { stdout } = spawnSync(bun, ['-e', program], { encoding: 'utf8' });
    const { runtime, engine, node, v8 } = JSON.parse(stdout);
    assert.match(runtime, /^Bun \d/);
    assert.match(engine, /^JavaScriptCore [0-9a-f]{8}$/);
    assert.deepEqual([node, v8], [undefined, undefined]);
    return undefined;
  });
});
