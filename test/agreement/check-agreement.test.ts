import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { accounts } from '../../contracts/accounts.ts';
import type { Backend } from '../../engine/backend.ts';
import { fromHex } from '../../engine/bytes.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { type AgreementOptions, checkAgreement } from '../../harness/agreement/check-agreement.ts';
import { explain } from '../../harness/agreement/explain.ts';
import { originChanges, originOf } from '../../harness/agreement/replay-origin.ts';
import {
  type Contender,
  type Disagreement,
  formatReplayFile,
  loadSubject,
  parseReplayFile,
  prepareContenders,
  type ReplayCall,
  replay,
  runSequence,
} from '../../harness/index.ts';
import { counterBackend, counterSubject, type Flaw } from './counter-machine.ts';

const call: fc.Arbitrary<ReplayCall> = fc.record(
  {
    method: fc.constantFrom('add', 'reset', 'fail', 'crash'),
    args: fc.tuple(fc.integer({ min: 0, max: 12 }).map(String)),
    value: fc.integer({ min: 0, max: 3 }).map(String),
  },
  { requiredKeys: ['method', 'args'], noNullPrototype: true },
);
const calls: fc.Arbitrary<readonly ReplayCall[]> = fc.array(call, { minLength: 1, maxLength: 12 });

const contender = (backend: Backend, gasUnit?: string): Contender => ({
  backend,
  gasLimit: 1000n,
  ...(gasUnit !== undefined && { gasUnit }),
});
const pair = (flaw?: Flaw): readonly Contender[] => [
  contender(counterBackend('wasm'), 'flat'),
  contender(counterBackend('reference', flaw), 'flat'),
];
const check = (contenders: readonly Contender[], more: Partial<AgreementOptions> = {}) =>
  checkAgreement(counterSubject, { contenders, calls, callBudget: 400, seed: 7, ...more });

/** What each flaw must shrink to: as few calls as bring it out, each as simple as it can be. */
const minimal: readonly {
  readonly flaw: Flaw;
  readonly steps: readonly ReplayCall[];
  readonly field: string;
  readonly left: string;
  readonly right: string;
}[] = [
  {
    flaw: 'wrong output',
    steps: [{ method: 'add', args: ['2'] }],
    field: 'output',
    left: `0x${'6'.padStart(64, '0')}`,
    right: `0x${'7'.padStart(64, '0')}`,
  },
  {
    flaw: 'events swapped',
    steps: [{ method: 'add', args: ['3'] }],
    field: 'events[0].topics[0]',
    left: `0x${'4'.padStart(64, '0')}`,
    right: `0x${'7'.padStart(64, '0')}`,
  },
  {
    flaw: 'event dropped',
    steps: [{ method: 'add', args: ['3'] }],
    field: 'events[1]',
    left: `topics [0x${'7'.padStart(64, '0')}] data 0x0003`,
    right: 'absent',
  },
  {
    flaw: 'missing write',
    steps: [{ method: 'add', args: ['7'] }],
    field: `accounts[0].storage[0x${'0'.repeat(64)}]`,
    left: `0x${'b'.padStart(64, '0')}`,
    right: `0x${'4'.padStart(64, '0')}`,
  },
  {
    flaw: 'leftover write',
    steps: [{ method: 'fail', args: ['1'] }],
    field: `accounts[0].storage[0x${'0'.repeat(64)}]`,
    left: `0x${'4'.padStart(64, '0')}`,
    right: `0x${'5'.padStart(64, '0')}`,
  },
  {
    flaw: 'other trap code',
    steps: [{ method: 'crash', args: ['0'] }],
    field: 'trapCode',
    left: 'Unreachable',
    right: 'MemoryOutOfBounds',
  },
  {
    flaw: 'revert instead of trap',
    steps: [{ method: 'crash', args: ['0'] }],
    field: 'status',
    left: 'trap Unreachable',
    right: 'revert 0x0300',
  },
  {
    flaw: 'lost wei',
    steps: [{ method: 'add', args: ['0'], value: '1' }],
    field: 'accounts[0].balance',
    left: '1',
    right: '0',
  },
  {
    flaw: 'gas off by one',
    steps: [{ method: 'add', args: ['0'] }],
    field: 'gas',
    left: '20',
    right: '21',
  },
];

describe('checkAgreement', () => {
  it('finds nothing where machines agree, and runs the budget to within a sequence', async () => {
    const progress: number[] = [];
    const backends = [counterBackend('wasm'), counterBackend('evm')];
    const options = { repeats: true, onProgress: (count: number) => progress.push(count) };
    const result = await check(
      backends.map((backend) => contender(backend)),
      options,
    );
    assert.equal(result.counterexample, undefined);
    assert.ok(result.calls >= 400 && result.calls < 412, `${result.calls} calls`);
    assert.equal(progress.length, result.sequences);
    assert.equal(progress.at(-1), result.calls);
    for (const { openWorlds } of backends) assert.equal(openWorlds(), 0, 'a world was left open');
  });

  for (const { flaw, steps, ...difference } of minimal) {
    it(`finds ${flaw}, shrinks it and hands over a file that shows it again`, async () => {
      const { counterexample } = await check(pair(flaw));
      assert.ok(counterexample, 'not found');
      assert.deepEqual(counterexample.steps, steps);
      const disagreement = { step: 1, ...difference, backends: ['wasm', 'reference'] };
      assert.deepEqual(counterexample.disagreement, disagreement);

      const file = parseReplayFile(formatReplayFile(counterexample));
      assert.deepEqual(file, counterexample);
      assert.deepEqual((await replay(counterSubject, file, pair(flaw))).disagreement, disagreement);
      assert.equal((await replay(counterSubject, file, pair())).disagreement, undefined);
    });
  }

  it('finds a change to an account that nobody looks at, by the digest of the whole state', async () => {
    const { counterexample } = await check(pair('foreign account'));
    assert.deepEqual(counterexample?.steps, [{ method: 'reset', args: ['0'] }]);
    assert.equal(counterexample.disagreement.field, 'stateDigest');
  });

  it('finds a machine that differs from itself, if asked to run everything twice', async () => {
    const contenders = () => [contender(counterBackend('evm')), contender(counterBackend('wasm', 'gas varies'))];
    assert.equal((await check(contenders())).counterexample, undefined);
    const { counterexample } = await check(contenders(), { repeats: true });
    assert.equal(counterexample?.steps.length, 1);
    const { field, backends } = counterexample.disagreement;
    assert.deepEqual({ field, backends }, { field: 'gas', backends: ['wasm', 'wasm (repeated)'] });
    assert.deepEqual(parseReplayFile(formatReplayFile(counterexample)), counterexample);
  });

  it('shrinks away calls before the one that matters, and keeps the ones it needs', async () => {
    const deep: AgreementOptions['calls'] = calls.filter((list) => list.length > 6);
    const { counterexample } = await check(pair('wrong output'), {
      // Adding 1 at a time: two additions are needed to get from 4 beyond 5.
      calls: deep.map((list) => list.map((each) => ({ method: each.method ?? '', args: ['1'] }))),
    });
    const adds = counterexample?.steps.filter(({ method }) => method === 'add');
    assert.equal(adds?.length, 2);
    assert.equal(counterexample?.disagreement.step, counterexample?.steps.length);
  });

  it('shrinks also what it finds with the last of its budget', async () => {
    const crashes = calls
      .filter((list) => list.length > 6)
      .map((list) => list.map((each) => ({ ...each, method: 'crash' }) as ReplayCall));
    const { counterexample } = await check(pair('other trap code'), { calls: crashes, callBudget: 1 });
    assert.deepEqual(counterexample?.steps, [{ method: 'crash', args: ['0'] }]);
  });

  it('compares gas within a unit of gas only', async () => {
    const flawed = counterBackend('evm', 'gas off by one');
    const apart = [contender(counterBackend('wasm'), 'flat'), contender(flawed)];
    assert.equal((await check(apart)).counterexample, undefined);
    const between = [contender(counterBackend('native')), ...apart, contender(counterBackend('reference'), 'flat')];
    assert.equal((await check(between)).counterexample, undefined);
    const third = [...apart, contender(counterBackend('reference', 'gas off by one'), 'flat')];
    assert.deepEqual((await check(third)).counterexample?.disagreement.backends, ['wasm', 'reference']);
  });

  it('draws the same calls from the same seed', async () => {
    const record = async (seed: number) => {
      const seen: string[] = [];
      const encode: typeof counterSubject.encode = (constructorArgs, list) => {
        seen.push(JSON.stringify(list));
        return counterSubject.encode(constructorArgs, list);
      };
      await checkAgreement({ ...counterSubject, encode }, { contenders: pair(), calls, callBudget: 400, seed });
      return seen;
    };
    const first = await record(1);
    assert.deepEqual(await record(1), first);
    assert.notDeepEqual(await record(2), first);
  });

  it('throws what the host throws, and does not call it a disagreement', async () => {
    const backend = counterBackend('reference', 'fails');
    await assert.rejects(check([contender(backend)]), RangeError);
    assert.equal(backend.openWorlds(), 0);
  });

  it('says that machines agreed only if there were two, or one that ran everything twice', async () => {
    const [one, other] = [contender(counterBackend('wasm')), contender(counterBackend('evm'))];
    assert.equal((await check([one, other])).agreed, true);
    assert.equal((await check([one])).agreed, null);
    assert.equal((await check([one, one])).agreed, null);
    assert.equal((await check([one], { repeats: true })).agreed, true);
    assert.equal((await check(pair('wrong output'))).agreed, false);
  });

  it('writes down what a disagreement was found under', async () => {
    const setting = { schedule: 'flat-v1', trimeter: '0.1.0', engine: 'Node 24.1.0' };
    const { counterexample } = await check(pair('wrong output'), { setting });
    assert.ok(counterexample?.origin);
    assert.equal(counterexample.version, 2);
    assert.deepEqual(counterexample.origin, originOf(counterSubject, setting));
    assert.deepEqual(parseReplayFile(formatReplayFile(counterexample)), counterexample);
    const now = originOf(
      { ...counterSubject, code: { name: 'counter', evm: { initcode: Uint8Array.of(1) } } },
      { ...setting, engine: 'Node 26.0.0' },
    );
    assert.deepEqual(originChanges(counterexample.origin, counterexample.origin), []);
    assert.deepEqual(originChanges(counterexample.origin, now), [
      'engine was Node 24.1.0 and is Node 26.0.0',
      'counter.evm was absent and is 4bf5122f3445',
    ]);
  });

  it('counts calls and successes of every method, and what machines differed in where that is accepted', async () => {
    const result = await check(pair('gas off by one'), { accept: ['gas', 'events'] });
    assert.equal(result.agreed, true);
    const [gas, events] = result.accepted;
    assert.ok(gas !== undefined && gas.field === 'gas' && gas.times > 20, JSON.stringify(result.accepted));
    assert.deepEqual(events, { field: 'events', times: 0 });
    const methods = Object.fromEntries(result.methods.map(({ method, ...counts }) => [method, counts]));
    assert.equal(
      result.methods.reduce((sum, method) => sum + method.calls, 0),
      result.calls,
    );
    assert.equal(methods['fail']?.successes, 0);
    assert.equal(methods['add']?.successes, methods['add']?.calls);
  });

  it('goes on past what is accepted to what is not', async () => {
    const { counterexample } = await check(pair('wrong output'), { accept: ['gas', 'accounts'] });
    assert.equal(counterexample?.disagreement.field, 'output');
    assert.equal((await check(pair('wrong output'), { accept: ['output'] })).agreed, true);
    assert.equal((await check(pair('missing write'), { accept: ['accounts[0].balance'] })).agreed, false);
    assert.equal((await check(pair('missing write'), { accept: ['accounts[0].storage'] })).agreed, false);
  });

  it('varies the arguments of the constructor, and says with which machines differ', async () => {
    const args = fc.constantFrom(['4'], ['9']);
    const { counterexample } = await check(pair('wrong output'), {
      constructorArgs: args,
      calls: fc.constant([{ method: 'add', args: ['0'] }]),
    });
    assert.deepEqual(counterexample?.constructorArgs, ['9']);
    assert.deepEqual((await replay(counterSubject, counterexample, pair('wrong output'))).agreed, false);
  });

  it('takes sequences that depend on what calls before came to', async () => {
    const seen: number[] = [];
    await check(pair(), {
      calls: ({ integers }) => {
        seen.push(integers.length);
        return calls;
      },
    });
    assert.equal(seen[0], 0);
    assert.ok((seen.at(-1) ?? 0) > 0, seen.join());
  });

  it('names the account whose balance differs, and both amounts', async () => {
    const { disagreement } = (await check(pair('lost wei'))).counterexample as { disagreement: Disagreement };
    assert.deepEqual(explain({ id: 'counter' }, disagreement), {
      field: 'the balance of counter',
      left: '1 wei',
      right: '0 wei',
    });
    const foreign = { field: 'balances[bob]', left: '5', right: '6' };
    assert.deepEqual(explain({ id: 'counter' }, foreign), {
      field: 'the balance of bob',
      left: '5 wei',
      right: '6 wei',
    });
  });

  it('says which account that nobody looks at has other money', async () => {
    const backend = await createEvmBackend();
    const other = await createEvmBackend();
    const generous: Backend = {
      ...other,
      name: 'generous',
      createWorld: async (block) => {
        const world = await other.createWorld(block);
        const bob = fromHex(accounts['bob'] as string);
        const call: typeof world.call = async (message) => {
          const outcome = await world.call(message);
          await world.setBalance(bob, (await world.balanceOf(bob)) + 3n);
          return outcome;
        };
        return new Proxy(world, {
          get: (target, name) => {
            if (name === 'call') return call;
            const value = Reflect.get(target, name);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
      },
    };
    const subject = await loadSubject('noop');
    const { counterexample, explanation } = await checkAgreement(subject, {
      contenders: [contender(backend), contender(generous)].map((each) => ({ ...each, gasLimit: 1_000_000n })),
      calls: fc.constant([{ method: 'noop', args: [] }]),
      callBudget: 1,
      seed: 1,
    });
    assert.equal(counterexample?.disagreement.field, 'balances[bob]');
    assert.equal(explanation?.field, 'the balance of bob');
    assert.deepEqual([explanation?.left, explanation?.right], [`1${'0'.repeat(24)} wei`, `1${'0'.repeat(23)}3 wei`]);
  });

  it('decodes what calls reverted with', async () => {
    const erc20 = await loadSubject('erc20');
    const difference = {
      field: 'status',
      left: 'success 0x',
      right: `revert 0xe450d38c${'b0b'.padStart(64, '0')}${'1'.padStart(64, '0')}${'2'.padStart(64, '0')}`,
    };
    assert.equal(
      explain(erc20, difference).right,
      'revert ERC20InsufficientBalance(sender: bob, balance: 1, needed: 2)',
    );
    const panic = `0x4e487b71${'11'.padStart(64, '0')}`;
    assert.equal(explain(erc20, { field: 'output', left: panic, right: '0x' }).left, 'revert Panic(code: 17)');
    assert.deepEqual(explain(erc20, { field: 'gas', left: '1', right: '2' }), {});
  });

  it('refuses sequences without calls', async () => {
    await assert.rejects(check(pair(), { calls: fc.constant([]) }), { code: 'bad-argument' });
  });
});

describe('runSequence', () => {
  const steps: readonly ReplayCall[] = [
    { method: 'add', args: ['1'], gasLimit: '77' },
    { method: 'crash', args: [] },
  ];

  it('gives a step its own gas limit where all machines count alike', async () => {
    const sequence = counterSubject.encode(['4'], steps);
    const related = await prepareContenders(pair(), counterSubject.code);
    assert.deepEqual(await runSequence(related, sequence), {
      steps: 3,
      disagreement: undefined,
      disagreements: [],
      agreed: true,
      isDeployed: true,
    });
    const strangers = await prepareContenders([...pair(), contender(counterBackend('evm'))], counterSubject.code);
    await assert.rejects(runSequence(strangers, sequence), { code: 'bad-argument' });
  });

  it('ends with a deployment that fails everywhere, as there is nothing to call', async () => {
    const code = { name: 'reverts', evm: { initcode: fromHex('0x5f5ffd') } };
    const backend = await createEvmBackend();
    const twice = [contender(backend), contender(await createEvmBackend())];
    const deployment = { from: new Uint8Array(20), value: 0n, input: new Uint8Array(0) };
    const sequence = { balances: [], deployment, calls: [deployment, deployment] };
    assert.deepEqual(await runSequence(await prepareContenders(twice, code), sequence), {
      steps: 1,
      disagreement: undefined,
      disagreements: [],
      agreed: true,
      isDeployed: false,
    });
  });

  it('refuses a constructor that leaves no code, as machines without code agree on everything', async () => {
    const code = { name: 'hollow', evm: { initcode: fromHex('0x60006000f3') } };
    const twice = [contender(await createEvmBackend()), contender(await createEvmBackend())];
    const deployment = { from: new Uint8Array(20), value: 0n, input: new Uint8Array(0) };
    const sequence = { balances: [], deployment, calls: [deployment] };
    await assert.rejects(runSequence(await prepareContenders(twice, code), sequence), {
      code: 'not-deployed',
      message: 'hollow does not deploy on evm: its constructor leaves no code',
    });
  });

  it('replays only the case that the file is about', async () => {
    const { counterexample } = await check(pair('wrong output'));
    assert.ok(counterexample);
    await assert.rejects(replay({ ...counterSubject, id: 'other' }, counterexample, pair()), { code: 'bad-argument' });
  });
});
