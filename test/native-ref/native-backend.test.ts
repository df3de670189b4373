import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { createNativeBackend } from '../../native-ref/native-backend.ts';
import { nativeBackendOrSkip } from './native-machine.ts';

function hasCode(code: string, text: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof EngineError && error.code === code && text.test(error.message);
}

describe('native backend without a compiler', () => {
  it('is unavailable and says in one line what to install', async () => {
    for (const compilers of [[], ['/nonexistent/g++'], ['false']]) {
      await assert.rejects(
        createNativeBackend({ compilers }),
        hasCode('backend-unavailable', /^no C\+\+ compiler found: install g\+\+ or clang\+\+, or set CXX$/),
      );
    }
  });
});

describe('native backend', () => {
  let backend: Backend;
  let scratch: string;

  before(async function () {
    backend = await nativeBackendOrSkip(this);
    scratch = await mkdtemp(join(tmpdir(), 'trimeter-native-test-'));
  });

  after(async () => {
    if (scratch !== undefined) await rm(scratch, { recursive: true });
  });

  it('names its compiler and flags, and does not meter', () => {
    assert.equal(backend.name, 'native');
    assert.equal(backend.isMetered, false);
    assert.match(backend.description, /^(?:g|clang)\+\+ \d+\.\d+\.\d+.* -O3 /);
  });

  it('refuses a contract without C++ source', async () => {
    await assert.rejects(backend.prepare({ name: 'none' }), hasCode('no-code', /^none has no C\+\+ source$/));
  });

  it('refuses a source that does not compile, with what the compiler said', async () => {
    const sourceFile = join(scratch, 'broken.cpp');
    await writeFile(sourceFile, '#error this is broken\n');
    await assert.rejects(
      backend.prepare({ name: 'broken', native: { sourceFile } }),
      hasCode('no-code', /broken\.cpp: error: #error this is broken\n/),
    );
  });

  it('refuses a source without an entry point', async () => {
    const sourceFile = join(scratch, 'empty.cpp');
    await writeFile(sourceFile, 'int unused;\n');
    await assert.rejects(
      backend.prepare({ name: 'empty', native: { sourceFile } }),
      hasCode('no-code', /empty\.cpp: the contract does not define user_entrypoint\n/),
    );
  });

  it('refuses a program of another machine', async () => {
    const world = await backend.createWorld();
    const message = { deployer: new Uint8Array(20), value: 0n, input: new Uint8Array(0), gasLimit: 0n };
    await assert.rejects(world.deploy({ backend: 'evm', name: 'x' }, message), hasCode('wrong-backend', /evm/));
  });

  it('runs in worker threads side by side, each with its own copy of a contract', async () => {
    const module = new URL('./worker-storm.ts', import.meta.url).href;
    const run = (seed: number): Promise<number> =>
      new Promise((resolve, reject) => {
        const code = `import('tsx/esm/api').then((tsx) => tsx.tsImport('${module}', '${module}')).then((m) => m.storm(${seed}))`;
        const worker = new Worker(code, { eval: true });
        worker.once('message', resolve);
        worker.once('error', reject);
      });
    assert.deepEqual(await Promise.all([run(1), run(2)]), [0, 0]);
  });
});
