import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { createDefaultEvmBackend, createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { createRevmBackend } from '../../evm-baseline/revm/revm-backend.ts';
import {
  type Contender,
  contendersOf,
  createProcessBackend,
  loadSubject,
  prepareContenders,
  type ReplayCall,
  runSequence,
} from '../../harness/index.ts';
import { nativeBackendIfAny } from '../native-ref/native-machine.ts';
import { backendIfAny } from '../support/optional-backend.ts';

const escrow = fileURLToPath(new URL('../fixtures/escrow', import.meta.url));
const DAY = 86_400n;
const START = 1_700_000_000n;

async function everyMachine(): Promise<readonly Contender[]> {
  const others = [await nativeBackendIfAny(), await backendIfAny(createRevmBackend)];
  return contendersOf([
    createWasmBackend(),
    createWasmBackend({ usesKernel: false }),
    createReferenceBackend(),
    await createEvmBackend(),
    await createDefaultEvmBackend(),
    await createProcessBackend({ machine: 'wasm', name: 'wasm-process' }),
    ...others.flatMap((backend) => (backend === undefined ? [] : [backend])),
  ]);
}

describe('the block of a call', function () {
  // Native code is compiled first, and another process started.
  this.timeout(240_000);

  it('is where it and all after it run, on every machine', async () => {
    const subject = await loadSubject(escrow);
    const refund: ReplayCall = { method: 'refund', args: ['5'], caller: 'alice' };
    const steps: readonly ReplayCall[] = [
      { data: '0x', caller: 'alice', value: '100' },
      refund,
      { ...refund, block: { time: `+${DAY - 1n}` } },
      { ...refund, block: { time: '+1', number: '+5' } },
      refund,
      { ...refund, block: { time: String(START) } },
    ];
    const contenders = await prepareContenders(await everyMachine(), subject.code);
    const seen: string[] = [];
    const gas: bigint[] = [];
    const report = await runSequence(contenders, subject.encode(subject.constructorArgs, steps), {
      onStep: (_, { outcome }) => {
        seen.push(outcome.status === 'revert' ? subject.describeResult('refund', outcome) : outcome.status);
        gas.push(outcome.gasUsed);
      },
    });
    assert.equal(report.disagreement, undefined, JSON.stringify(report.disagreement));
    const early = (time: bigint) => `TooEarly(time: ${time}, deadline: ${START + DAY})`;
    assert.deepEqual(seen, [
      'success',
      'success',
      early(START),
      early(START + DAY - 1n),
      'success',
      'success',
      early(START),
    ]);
    assert.equal(gas[4], gas[5], 'the time is no matter of gas');
    assert.equal(gas[2], gas[6]);
  });

  it('cannot move beyond 64 bits', async () => {
    const subject = await loadSubject('host-calls');
    const contenders = await prepareContenders(contendersOf([createWasmBackend()]), subject.code);
    const call = { method: 'senders', args: ['1'], block: { number: '+18446744073709551615' } };
    const sequence = subject.encode([], [call]);
    await assert.rejects(runSequence(contenders, sequence), {
      name: 'InputRejected',
      message: /moved on by 18446744073709551615, expected less than 2\^64/,
    });
  });
});

describe('receive and fallback of the SDK', function () {
  this.timeout(240_000);

  it('do what those of Solidity do, on every machine', async () => {
    const subject = await loadSubject(escrow);
    const steps: readonly ReplayCall[] = [
      { data: '0x', caller: 'alice', value: '7' },
      { data: '0x', caller: 'alice' },
      { data: '0x01', caller: 'alice' },
      { data: '0xdeadbeef', caller: 'alice' },
      { data: '0xdeadbeef', caller: 'alice', value: '1' },
      { method: 'depositOf', args: ['alice'] },
    ];
    const contenders = await prepareContenders(await everyMachine(), subject.code);
    const seen: string[] = [];
    const report = await runSequence(contenders, subject.encode(subject.constructorArgs, steps), {
      onStep: (step, { outcome }) => {
        const events = outcome.status === 'success' ? outcome.events.map(subject.describeEvent) : [];
        seen.push(step === 0 ? 'deployed' : [subject.describeResult('depositOf', outcome), ...events].join(' '));
      },
    });
    assert.equal(report.disagreement, undefined, JSON.stringify(report.disagreement));
    assert.deepEqual(seen.slice(3), ['UnknownMethod()', 'UnknownMethod()', '0x', '7']);
    assert.match(seen[1] as string, /Deposited\(account: alice, amount: 7\)$/);
    assert.match(seen[2] as string, /Deposited\(account: alice, amount: 0\)$/);
  });
});
