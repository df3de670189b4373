import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { provideSolc } from '../../../contracts/solidity/solc-package.ts';
import { temporaryProject } from './temporary-project.ts';

/** Stands in for npm: has versions of solc, and puts a file in place of each. */
const npm = `#!/usr/bin/env node
const { mkdirSync, writeFileSync } = require('node:fs');
const [command, ...args] = process.argv.slice(2);
if (command === 'view') {
  console.log(JSON.stringify(['0.4.10', '0.4.11', '0.3.1-1', '0.4.13', '0.4.14', '0.4.14-fixed', '0.4.15']));
} else {
  const version = args.at(-1).slice('solc@'.length);
  mkdirSync('node_modules/solc', { recursive: true });
  writeFileSync('node_modules/solc/soljson.js', '');
  if (process.env.NPM_BREAKS) {
    console.error('npm error code ECONNRESET');
    process.exit(1);
  }
  writeFileSync('node_modules/solc/package.json', JSON.stringify({ version }));
}`;

describe('provideSolc', () => {
  const { PATH } = process.env;
  let cache: string;
  let project: string;
  let said: string[];

  beforeEach(function () {
    // There npm is started by another name.
    if (process.platform === 'win32') this.skip();
    const folder = temporaryProject({ 'bin/npm': npm });
    chmodSync(join(folder, 'bin/npm'), 0o755);
    process.env['PATH'] = `${join(folder, 'bin')}${delimiter}${PATH}`;
    cache = join(folder, 'cache');
    project = temporaryProject({ 'package.json': '{}' });
    said = [];
  });

  afterEach(() => {
    process.env['PATH'] = PATH;
    delete process.env['NPM_BREAKS'];
  });

  const provide = (range: string) =>
    provideSolc(project, cache, [{ where: 'A.sol', range }], (message) => said.push(message));

  it('installs the newest that suits in the cache, and says so, once', async () => {
    const found = await provide('~0.4.11');
    assert.deepEqual(found, { version: '0.4.15', folder: join(cache, 'solc-0.4.15/node_modules/solc') });
    assert.deepEqual(said, [
      'asking npm for solc ~0.4.11',
      `downloading solc 0.4.15 (once, to ${join(cache, 'solc-0.4.15')})`,
    ]);
    said = [];
    assert.deepEqual(await provide('^0.4.12'), found);
    assert.deepEqual(said, []);
  });

  it('takes the release that was published again in place of a broken one', async () => {
    assert.equal((await provide('0.4.14')).version, '0.4.14');
    said = [];
    await provide('0.4.14');
    assert.deepEqual(said, []);
  });

  it('prefers what is in the project’s node_modules to a download', async () => {
    const folder = join(project, 'node_modules/solc');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "version": "0.4.13" }');
    writeFileSync(join(folder, 'soljson.js'), '');
    assert.deepEqual(await provide('~0.4.11'), { version: '0.4.13', folder });
    assert.deepEqual(said, []);
    assert.equal((await provide('0.4.15')).version, '0.4.15');
    assert.equal((await provide('~0.4.11')).version, '0.4.15');
  });

  it('leaves nothing in the cache of a download that breaks off', async () => {
    process.env['NPM_BREAKS'] = '1';
    await assert.rejects(provide('0.4.15'), {
      name: 'InputRejected',
      message:
        'solc 0.4.15: is not on this machine, and npm failed with ECONNRESET: connect to the network this once, or add solc ' +
        "to the project's node_modules",
    });
    assert.deepEqual(readdirSync(cache), []);
    delete process.env['NPM_BREAKS'];
    assert.equal((await provide('0.4.15')).version, '0.4.15');
  });

  it('puts a whole one in place of half a one', async () => {
    mkdirSync(join(cache, 'solc-0.4.15/node_modules/solc'), { recursive: true });
    assert.equal((await provide('0.4.15')).version, '0.4.15');
    assert.ok(existsSync(join(cache, 'solc-0.4.15/node_modules/solc/soljson.js')));
  });

  it('can be asked by several at once', async () => {
    const found = await Promise.all(['0.4.15', '0.4.15', '0.4.15', '0.4.13'].map(provide));
    assert.deepEqual(
      found.map(({ version }) => version),
      ['0.4.15', '0.4.15', '0.4.15', '0.4.13'],
    );
    assert.deepEqual(readdirSync(cache).sort(), ['solc-0.4.13', 'solc-0.4.15']);
  });

  it('says that npm has no such version', async () => {
    await assert.rejects(provide('0.4.12'), {
      message: 'A.sol: asks for solc 0.4.12, of which npm has none: there are 0.4.11 to 0.4.15',
    });
    await assert.rejects(provide('0.4.10'), { message: /asks for solc 0\.4\.10, of which npm has none/ });
  });

  it('says that there is no npm', async () => {
    process.env['PATH'] = join(cache, 'nothing');
    await assert.rejects(provide('0.4.15'), {
      message: /^solc 0\.4\.15: is not on this machine, and npm did not run \(spawn npm ENOENT\): connect [^\n]+$/,
    });
  });

  it('says what npm said in place of versions', async () => {
    writeFileSync(join(cache, '../bin/npm'), '#!/bin/sh\necho "<html>"\n');
    await assert.rejects(provide('0.4.15'), {
      message: /^solc 0\.4\.15: is not on this machine, and npm said "<html>\\n", expected versions: connect [^\n]+$/,
    });
  });

  it('says that the cache cannot be written', async () => {
    const file = join(temporaryProject({ file: '' }), 'file');
    for (const place of [file, ...(process.platform === 'linux' ? ['/proc/nobody/cache'] : [])]) {
      await assert.rejects(
        provideSolc(project, place, [{ where: 'A.sol', range: '0.4.15' }], () => {}),
        { message: /: cannot be written \(\w+\), and compilers are kept there: set TRIMETER_CACHE$/ },
      );
    }
    await assert.rejects(
      provideSolc(project, join(file, 'cache'), [{ where: 'A.sol', range: '0.4.15' }], () => {}),
      { message: /file\/cache: cannot be written \(ENOTDIR\), and compilers are kept there: set TRIMETER_CACHE$/ },
    );
  });
});
