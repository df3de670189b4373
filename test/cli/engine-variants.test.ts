import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { headlineMachines } from '../../bench/protocol/bench-machine.ts';
import { withOwnBackends } from '../../cli/bench-machines.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { fakeMachine } from '../bench/fake-machine.ts';
import { trimeter } from './capture.ts';

const program = fileURLToPath(new URL('../../cli/trimeter.mjs', import.meta.url));

describe('a benchmark of other engines', () => {
  it('agrees in this process, on one machine for all that run its code', async () => {
    const [wasm, evm] = [fakeMachine('wasm'), fakeMachine('evm')];
    const there = ['wasm@liftoff', 'wasm@jsc'].map((name) => fakeMachine(name));
    const machines = await withOwnBackends(headlineMachines([wasm, evm, ...there]), defaultSchedule);
    assert.deepEqual(
      machines.map(({ name, description, backend }) => [name, description, backend.name]),
      [
        ['wasm', 'wasm for tests', 'wasm'],
        ['evm', 'evm for tests', 'evm'],
        ['wasm@liftoff', 'wasm@liftoff for tests', 'wasm'],
        ['wasm@jsc', 'wasm@jsc for tests', 'wasm'],
      ],
    );
    const alone = await withOwnBackends(headlineMachines(there), defaultSchedule);
    assert.equal(alone[0]?.backend.name, 'wasm');
    assert.equal(alone[0]?.backend, alone[1]?.backend);
  });
});

describe('check on other engines', () => {
  it('holds wasm against itself with its baseline compiler alone', async () => {
    const { exitCode, output } = await trimeter(
      'check',
      'noop',
      '--on',
      'wasm,wasm@liftoff',
      '--calls',
      '20',
      '--seed',
      '1',
    );
    assert.match(output, /wasm, wasm@liftoff agree on \d+ calls/);
    assert.equal(exitCode, 0);
  });

  it('ends when it is through, and does not wait for a thread that nobody asks anything', () => {
    const args = [program, 'check', 'noop', '--on', 'wasm,wasm@worker', '--calls', '5'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 45_000 });
    assert.match(stdout, /wasm, wasm@worker agree on \d+ calls/);
    assert.equal(status, 0);
  });

  it('names the engines there are when one is asked for that is not', async () => {
    const { exitCode, errors } = await trimeter('check', 'noop', '--on', 'wasm,wasm@abacus');
    assert.match(errors, /--on takes .*wasm@liftoff, .*wasm@jsc, .*; got "wasm@abacus"/);
    assert.equal(exitCode, 2);
  });

  it('says of an engine that is not installed how it is, and goes on without it where that is allowed', async () => {
    const [line] = ['22', '24', '26'].filter((each) => each !== process.versions.node.split('.')[0]);
    const args = ['check', 'noop', '--on', `wasm,reference,wasm@node${line}`, '--calls', '5', '--seed', '1'];
    const { exitCode, errors } = await trimeter(...args);
    if (exitCode === 0) return;
    assert.match(errors, new RegExp(`wasm@node${line} is missing: .*npm ci --prefix tools/node-lines`));
    assert.equal((await trimeter(...args, '--allow-missing', `wasm@node${line}`)).exitCode, 0);
  });
});
