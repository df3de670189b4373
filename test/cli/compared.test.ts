import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplayFile } from '../../harness/agreement/replay-file.ts';
import { type ProgramRun, trimeter } from './capture.ts';
import { copyCase, lockCase } from './foreign-case.ts';

/** The program on a computer without a C++ compiler. */
async function withoutCompiler(...args: readonly string[]): Promise<ProgramRun> {
  const { CXX } = process.env;
  process.env['CXX'] = '/nowhere/c++';
  try {
    return await trimeter(...args);
  } finally {
    if (CXX === undefined) delete process.env['CXX'];
    else process.env['CXX'] = CXX;
  }
}

describe('nothing is green that was not compared', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-compared-'));
  after(() => rmSync(directory, { recursive: true }));
  const check = ['check', 'noop', '--calls', '20', '--seed', '1'];
  const replayFile: ReplayFile = {
    format: 'trimeter-replay',
    version: 1,
    case: 'noop',
    constructorArgs: [],
    steps: [{ method: 'noop', args: [] }],
    backends: ['wasm', 'native'],
    seed: 1,
    disagreement: { step: 1, field: 'output', left: '0x01', right: '0x00', backends: ['wasm', 'native'] },
  };
  const file = join(directory, 'replay.json');
  before(() => writeFileSync(file, JSON.stringify(replayFile)));

  it('a check without a default machine, which says what to do', async () => {
    const { exitCode, errors, output } = await withoutCompiler(...check, '--json');
    assert.match(
      errors,
      /^trimeter: native is missing: no C\+\+ compiler found: install [^\n]+: --allow-missing native\n$/,
    );
    const { error } = JSON.parse(output);
    assert.equal(exitCode, 2);
    assert.deepEqual([error.exitCode, `trimeter: ${error.message}\n`], [2, errors]);
    const allowed = await withoutCompiler(...check, '--allow-missing', 'native', '--json');
    const report = JSON.parse(allowed.output);
    assert.deepEqual([allowed.exitCode, report.agreed, report.missing[0].name], [0, true, 'native']);
    const required = await withoutCompiler(...check, '--require', 'wasm,evm');
    assert.match(required.output, /^wasm, reference, evm agree on \d+ calls; without native$/m);
    assert.equal(required.exitCode, 0);
    const wanted = await withoutCompiler(...check, '--require', 'native');
    assert.equal(wanted.exitCode, 2);
  });

  it('a check of one machine, or of one named twice', async () => {
    const one = await trimeter(...check, '--on', 'wasm');
    assert.match(one.errors, /only wasm is there, so that nothing would be compared/);
    const twice = await trimeter(...check, '--on', 'wasm,wasm');
    assert.match(twice.errors, /--on names wasm twice/);
    assert.deepEqual([one.exitCode, twice.exitCode, one.output, twice.output], [2, 2, '', '']);
    const itself = await trimeter(...check, '--on', 'wasm', '--repeats');
    assert.match(itself.output, /^wasm agrees with itself on \d+ calls$/m);
    assert.equal(itself.exitCode, 0);
  });

  it('a call on one machine, which is shown and not called agreement', async () => {
    const { exitCode, output } = await trimeter('run', 'noop', 'noop', '--on', 'wasm', '--json');
    assert.deepEqual([exitCode, JSON.parse(output).agreed], [0, null]);
    const lenient = await withoutCompiler('run', 'noop', 'noop', '--json');
    const found = JSON.parse(lenient.output);
    assert.deepEqual([lenient.exitCode, found.agreed, found.missing[0].name], [0, true, 'native']);
    assert.match(lenient.errors, /^without native: no C\+\+ compiler found: install/);
    assert.equal((await withoutCompiler('run', 'noop', 'noop', '--require', 'native')).exitCode, 2);
  });

  it('a benchmark of one machine, which is timed and not called agreement', async function () {
    this.timeout(120_000);
    const quick = ['bench', 'noop', '--quick', '--on', 'wasm'];
    const json = join(directory, 'quick.json');
    const alone = await trimeter(...quick, '--json', json);
    const [row] = JSON.parse(readFileSync(json, 'utf8')).cases;
    assert.deepEqual([alone.exitCode, row.agreed, 'wasm' in row.slots], [0, null, true]);
    assert.match(alone.output, /^only wasm ran, so that nothing was compared$/m);
    const pair = await trimeter('bench', 'noop', '--quick', '--on', 'wasm,reference', '--json');
    assert.deepEqual([pair.exitCode, JSON.parse(pair.output).cases[0].agreed], [0, true]);
  });

  it('a replay without one of its machines', async () => {
    const { exitCode, errors } = await withoutCompiler('replay', file);
    assert.match(errors, /native is missing: .*--allow-missing native/);
    const alone = await withoutCompiler('replay', file, '--allow-missing', 'native');
    assert.match(alone.errors, /only wasm is there/);
    assert.deepEqual([exitCode, alone.exitCode], [2, 2]);
  });

  it('npm start, which says who is missing', async () => {
    const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.match(scripts.start, /compare --allow-missing native$/);
    const { exitCode, errors } = await withoutCompiler('compare', 'noop', '--calls', '5');
    assert.match(errors, /native is missing/);
    assert.equal(exitCode, 2);
  });

  it('a contract that deploys nowhere', async () => {
    const folder = copyCase('noop', join(directory, 'reverting'));
    // Reverts.
    writeFileSync(join(folder, 'build/noop.evm.hex'), '60006000fd');
    lockCase(folder);
    const { exitCode, errors } = await trimeter('check', folder, '--calls', '5', '--on', 'evm,evm-default');
    assert.match(errors, /^trimeter: noop does not deploy on any machine: its constructor reverts without data\n$/);
    assert.equal(exitCode, 2);
  });

  it('and native code of a foreign folder does not run by default', async () => {
    const folder = copyCase('noop', directory);
    const mark = join(directory, 'ran');
    const source = join(folder, 'noop.cpp');
    const evil = `#include <cstdio>\nstatic FILE* ran = fopen(${JSON.stringify(mark)}, "w");\n`;
    writeFileSync(source, evil + readFileSync(source, 'utf8'));
    lockCase(folder);
    const commands = [
      ['check', folder, '--calls', '5'],
      ['run', folder, 'noop'],
      ['replay', file, '--contract', folder],
    ];
    const exitCodes: number[] = [];
    for (const args of commands) {
      const { exitCode, errors } = await trimeter(...args);
      assert.match(
        errors,
        /native: it would run the C\+\+ of .*noop unconfined, which is not bundled; name it with --on/,
      );
      exitCodes.push(exitCode);
    }
    assert.deepEqual(exitCodes, [0, 0, 2]);
    assert.throws(() => readFileSync(mark), /ENOENT/);
  });
});
