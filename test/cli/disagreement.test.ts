import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { trimeter } from './capture.ts';
import { lockCase } from './foreign-case.ts';

/** A copy of the Fibonacci case with the module of another contract in it: a port that does not match its original. */
function makeWrongPort(folder: string): void {
  cpSync(bundledCaseDirectory('fibonacci'), folder, { recursive: true });
  cpSync(join(bundledCaseDirectory('storage'), 'build/storage.wasm'), join(folder, 'build/fibonacci.wasm'));
}

describe('machines that disagree', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-disagreement-'));
  const folder = join(directory, 'fibonacci');
  const replays = join(directory, 'replays');
  before(() => {
    makeWrongPort(folder);
    lockCase(folder);
  });
  after(() => rmSync(directory, { recursive: true }));

  it('end a check in 1, with a replay file that shows it again', async () => {
    const args = ['check', folder, '--calls', '50', '--seed', '3', '--on', 'wasm,evm', '--replay-dir', replays];
    const json = join(directory, 'check.json');
    const { exitCode, output } = await trimeter(...args, '--json', json);
    assert.equal(exitCode, 1);
    assert.match(output, /^fibonacci +\d+ +\d+ +DISAGREE$/m);
    assert.match(output, /^fibonacci: after call 1, wasm and evm differ in \w+$/m);
    const file = join(replays, 'fibonacci-3.replay.json');
    assert.match(output, new RegExp(`^replay file ${file}$`, 'm'));
    assert.deepEqual(readdirSync(replays), ['fibonacci-3.replay.json']);
    assert.match(output, new RegExp(`^run it again: npx trimeter replay ${file} ${folder}$`, 'm'));
    const report = JSON.parse(readFileSync(json, 'utf8'));
    assert.equal(report.disagreements, 1);
    assert.equal(report.cases[0].agreed, false);
    assert.equal(report.cases[0].replayFile, file);

    assert.equal(report.agreed, false);
    const recorded = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(recorded.version, 2);
    assert.equal(recorded.origin.schedule, 'flat-v2');

    const again = await trimeter('replay', file, folder);
    assert.equal(again.errors, '');
    assert.equal(again.exitCode, 1);
    assert.match(again.output, /after call 1, wasm and evm differ/);
    // The bundled contract is the port as it should be.
    const bundled = await trimeter('replay', file);
    assert.match(bundled.errors, /^not as it was recorded: fibonacci\.wasm was [0-9a-f]{12} and is [0-9a-f]{12}$/m);
    assert.equal(bundled.exitCode, 0);
    const elsewhere = join(directory, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify({ ...recorded, case: 'mine' }));
    const unknown = await trimeter('replay', elsewhere);
    assert.equal(
      unknown.errors,
      `trimeter: ${elsewhere}: is about mine, which is not bundled: name it as for check, \`replay ${elsewhere} <contract>\`\n`,
    );
    assert.equal(unknown.exitCode, 2);
    const some = ['replay', file, '--contract', folder, '--on', 'wasm,reference'];
    const partly = await trimeter(...some);
    assert.match(partly.errors, /^not as it was recorded: without evm$/m);
    assert.match(partly.output, /^wasm, reference agree on \d+ calls?; without evm$/m);
    assert.deepEqual(JSON.parse((await trimeter(...some, '--json')).output).leftOut, ['evm']);
    const other = join(directory, 'other.json');
    writeFileSync(other, JSON.stringify({ ...recorded, origin: { ...recorded.origin, schedule: 'calibrated-v1' } }));
    const scheduled = JSON.parse((await trimeter('replay', other, '--contract', folder, '--json')).output);
    assert.equal(scheduled.schedule, 'calibrated-v1');
    const under = await trimeter('replay', other, '--contract', folder, '--schedule', 'flat-v1');
    assert.match(under.errors, /^not as it was recorded: schedule was calibrated-v1 and is flat-v1$/m);
  });

  it('are shown, and end in 1, where nothing can be written', async () => {
    const args = ['check', folder, '--calls', '50', '--seed', '3', '--on', 'wasm,evm', '--replay-dir', '/proc/none'];
    const { exitCode, output, errors } = await trimeter(...args);
    assert.equal(exitCode, 1);
    assert.match(output, /^fibonacci: after call 1, wasm and evm differ in \w+$/m);
    assert.match(errors, /^trimeter: \/proc\/none\/fibonacci-3\.replay\.json: [^\n]+; it would hold:\n\{\n/m);
    const json = JSON.parse((await trimeter(...args, '--json')).output);
    assert.deepEqual([json.cases[0].replayFile, json.cases[0].steps.length], [null, 1]);
  });

  it('end a benchmark in 1, and are not timed', async () => {
    const { exitCode, output, errors } = await trimeter('bench', folder, '--quick', '--on', 'wasm,evm', '--json', '-');
    assert.equal(exitCode, 1);
    assert.match(errors, /^fibonacci\/iterative is not timed: wasm and evm differ in call 0/m);
    for (const found of JSON.parse(output).cases) {
      assert.equal(found.agreed, false);
      assert.deepEqual([found.slots, found.comparisons], [{}, {}]);
    }
  });

  it('are not even asked about artifacts that are not what the lock says', async () => {
    const path = join(folder, 'build/fibonacci.wasm');
    const bytes = readFileSync(path);
    writeFileSync(path, Uint8Array.from([...bytes, 0]));
    const json = join(directory, 'none.json');
    const { exitCode, output, errors } = await trimeter('check', folder, '--json', json);
    writeFileSync(path, bytes);
    assert.match(errors, /^trimeter: [^\n]*fibonacci\.wasm: SHA-256 is [^\n]+\n$/);
    assert.equal(exitCode, 2);
    assert.equal(output, '');
    assert.equal(existsSync(json), false);
  });
});
