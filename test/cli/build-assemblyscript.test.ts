import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trimeter } from './capture.ts';
import { done, inFolderOfItsOwn, refused } from './folder-of-its-own.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe('trimeter build of AssemblyScript', function () {
  this.timeout(180_000);
  inFolderOfItsOwn();

  before(function () {
    if (!existsSync(at('../../contracts/toolchain/node_modules/assemblyscript'))) this.skip();
  });
  const fill = (id: string): void => {
    copyFileSync(at('../fixtures/building/points.as'), join(id, `${id}.as`));
    copyFileSync(at('../fixtures/building/words.as'), join(id, 'words.as'));
  };
  const listPort = (id: string): void => {
    const path = join(id, 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...manifest, ports: ['assemblyscript'] }));
  };

  it('makes the module, which agrees with the Solidity beside it', async () => {
    done(await trimeter('new', 'points', '--template', 'solidity'));
    fill('points');
    const built = await trimeter('build', 'points');
    assert.equal(built.errors, '');
    assert.match(built.output, /points\/build\/points\.wasm: wrote /);
    assert.match(done(await trimeter('build', 'points')), /points\.wasm: is up to date/);
    const checked = done(await trimeter('check', 'points', '--calls', '200', '--on', 'wasm,reference,evm'));
    assert.match(checked, /^wasm, reference, evm agree on 2\d\d calls/m);
  });

  it('makes the module of a port, beside that of the C++', async () => {
    done(await trimeter('new', 'points'));
    fill('points');
    refused(await trimeter('build', 'points'), /has points\.cpp and points\.as, of which either would be/);
    listPort('points');
    assert.match(done(await trimeter('build', 'points')), /points\/build\/points\.assemblyscript\.wasm: wrote /);
    const checked = done(await trimeter('check', 'points', '--calls', '200', '--on', 'wasm,wasm-assemblyscript'));
    assert.match(checked, /^wasm, wasm-assemblyscript agree on 2\d\d calls/m);
  });

  it('refuses a port that is a port of nothing', async () => {
    done(await trimeter('new', 'points', '--template', 'solidity'));
    fill('points');
    listPort('points');
    refused(
      await trimeter('build', 'points'),
      /points\/manifest\.json: has points\.as as a port, .* without "ports" it is the module$/,
    );
  });

  it('says in one line what does not compile, in the names that the files have', async () => {
    done(await trimeter('new', 'points', '--template', 'wasm-only'));
    rmSync('points/points.cpp');
    fill('points');
    const messageWith = async (line: string): Promise<string> => {
      fill('points');
      appendFileSync('points/points.as', `${line}\n`);
      const { exitCode, errors } = await trimeter('build', 'points');
      assert.equal(exitCode, 2);
      return errors;
    };
    assert.match(
      await messageWith('const x: u32 = broken;'),
      /^trimeter: points\/points\.as:67:16: Cannot find name 'broken'\.\n/,
    );
    const missing = await messageWith('import { A } from "./nothing";');
    assert.match(missing, /^trimeter: points\/points\.as:67:19: File 'points\/nothing\.as' not found\.\n/);
    assert.equal(
      await messageWith('export function f(): f64 { return 1.5; }'),
      'trimeter: points: the module uses f64, which is outside the integer subset\n',
    );
    assert.match(
      await messageWith('export function f(): i32 { return new Array<i32>(3).length; }'),
      /^trimeter: points: the module has a start function, and contracts have none: .* @unmanaged\n$/,
    );
  });
});
