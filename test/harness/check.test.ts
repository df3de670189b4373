import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Backend } from '../../engine/backend.ts';
import { calibratedV1Schedule, defaultSchedule } from '../../engine/schedules.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { check, checkText, loadSubject, machineNames, machinesFor, openMachine } from '../../harness/index.ts';
import { inkSubject } from '../../harness/subjects/ink.ts';
import { partsOf } from '../../harness/subjects/subject.ts';
import { counterBackend, counterSubject } from '../agreement/counter-machine.ts';
import { bundlePath } from '../ink/bundle-file.ts';

describe('check', () => {
  it('runs random calls of a bundled contract on machines by name', async () => {
    const report = await check(await loadSubject('storage'), ['wasm', 'reference', 'evm'], { callBudget: 60 });
    assert.equal(report.agreed, true);
    assert.deepEqual(report.machines, ['wasm', 'reference', 'evm']);
    assert.ok(report.calls >= 60);
    assert.match(checkText([report]), /wasm, reference, evm agree on \d+ calls\n$/);
  });

  it('takes machines of your own, and says that one alone was not compared', async () => {
    const report = await check(await loadSubject('noop'), [createWasmBackend()], { callBudget: 5 });
    assert.equal(report.agreed, null);
    assert.match(checkText([report]), /nothing was compared/);
    const twice = await check(await loadSubject('noop'), ['wasm'], { callBudget: 5, repeats: true });
    assert.equal(twice.agreed, true);
  });

  it('says in a replay file what it was found under, where that is known', async () => {
    const wrong: Backend = counterBackend('wasm', 'wrong output');
    const machines = [counterBackend('evm'), wrong];
    const calls = fc.constant([{ method: 'add', args: ['2'] }]);
    const unknown = await check(counterSubject, machines, { calls });
    assert.equal(unknown.agreed, false);
    assert.equal(unknown.counterexample?.origin, undefined);
    const known = await check(counterSubject, machines, { calls, schedule: calibratedV1Schedule });
    assert.equal(known.counterexample?.origin?.schedule, 'calibrated-v1');
  });

  it('names a machine that there is not, and those that there are', async () => {
    await assert.rejects(check(await loadSubject('noop'), ['abacus']), {
      code: 'bad-argument',
      message: /there is no machine abacus; there are wasm, /,
    });
  });

  it('asks for calls where nobody has written a generator, and takes them', async () => {
    const { randomCalls: _, ...subject } = { ...inkSubject(bundlePath('flipper')), constructorArgs: [true] };
    await assert.rejects(check(subject, ['wasm', 'reference']), { code: 'bad-argument', message: /options\.calls/ });
    const call = fc.constantFrom('get', 'flip').map((method) => ({ method, args: [] }));
    const calls = fc.array(call, { minLength: 1, maxLength: 4 });
    const report = await check(subject, ['wasm', 'wasm-plain', 'reference'], { calls, callBudget: 20 });
    assert.equal(report.agreed, true);
  });
});

describe('the register of machines', () => {
  it('knows of each machine what it can run', async () => {
    const erc20 = await loadSubject('erc20');
    assert.deepEqual(
      machinesFor(partsOf(erc20)),
      machineNames.filter((name) => name !== 'noop'),
    );
    assert.deepEqual(machinesFor([{ name: 'evm only', evm: { initcode: Uint8Array.of(0) } }]), [
      'evm',
      'evm-default',
      'revm',
    ]);
    const withoutPorts = machinesFor(partsOf(await loadSubject('noop')));
    assert.ok(!withoutPorts.includes('wasm-rust') && withoutPorts.includes('wasm'));
  });

  it('opens machines that call themselves what their rows do', async () => {
    for (const name of ['wasm', 'wasm-unmetered', 'wasm-fresh', 'wasm-plain', 'reference', 'evm', 'noop']) {
      const { name: own } = await openMachine(name, defaultSchedule);
      assert.ok(name === own || (own === 'wasm' && name.startsWith('wasm-')), `${name}: ${own}`);
    }
  });
});
