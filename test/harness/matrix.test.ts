import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Schedule } from '../../engine/schedule.ts';
import { flatV2Schedule } from '../../engine/schedules.ts';
import {
  type CheckJson,
  type CheckRun,
  check,
  checkJson,
  checkMarkdown,
  createProcessBackend,
  type EngineVariant,
  engineVariants,
  loadSubject,
  matrixMachines,
} from '../../harness/index.ts';
import { checkText, variantsText } from '../../harness/results/check-text.ts';
import { counterBackend, counterSubject } from '../agreement/counter-machine.ts';
import { trimeter } from '../cli/capture.ts';
import { backendOrSkip } from '../support/optional-backend.ts';

const about = { seed: 1, schedule: 'flat-v2', repeats: false, missing: [], notCompared: [], replayFiles: new Map() };

describe('the matrix', () => {
  it('compares every engine that is there on every call, and says how to get each that is not', async () => {
    const words = ['erc20', '--matrix', '--calls', '8', '--seed', '3', '--json', '-'];
    const { exitCode, output } = await trimeter('check', ...words);
    const json = JSON.parse(output) as CheckJson;
    assert.equal(exitCode, 0);
    assert.deepEqual(json.variants.map(({ id }) => id).sort(), [...matrixMachines].sort());
    assert.ok(json.calls >= 8);
    for (const { id, ran, skippedBecause, runtime } of json.variants) {
      if (skippedBecause === null) {
        assert.equal(ran, json.calls, id);
        assert.match(runtime ?? '', /^(?:Node v|Deno |Bun )\d.* \((?:V8|JavaScriptCore) .*\)$/, id);
      } else {
        assert.equal(ran, 0, id);
        assert.match(skippedBecause, /is not installed: npm (?:run|ci) /, id);
      }
    }
    assert.deepEqual(json.divergences, []);
    // Of this process alone there are four.
    assert.ok(json.variants.filter(({ ran }) => ran > 0).length > 4);
  }).timeout(600_000);

  it('refuses to pass without an engine that has to be there, and one that there is not', async () => {
    const one = await trimeter('check', 'noop', '--matrix', '--require', 'wasm@abacus', '--calls', '5');
    assert.equal(one.exitCode, 2);
    assert.match(one.errors, /--require takes .*wasm@deno, .*; got "wasm@abacus"/);
    const other = await trimeter('check', 'noop', '--matrix', '--require', 'evm', '--calls', '5');
    assert.equal(other.exitCode, 2);
    assert.match(other.errors, /--require evm: the machines are wasm, /);
  }).timeout(240_000);

  it('is a choice of machines, and of contracts that have WebAssembly', async () => {
    const both = await trimeter('check', 'noop', '--matrix', '--on', 'wasm,reference');
    assert.deepEqual([both.exitCode, both.errors.includes('--matrix is a choice of machines')], [2, true]);
    const source = new URL('../../contracts/noop/Noop.sol', import.meta.url).pathname;
    const evm = await trimeter('check', source, '--matrix');
    assert.equal(evm.exitCode, 2);
    assert.match(evm.errors, /--matrix is of engines for WebAssembly, and \w+ has none/);
  });
});

describe('an engine variant', () => {
  const { liftoff, turbofan } = engineVariants;
  const node24 = () => engineVariants['node24']?.binary?.();
  const lies: readonly (readonly [id: string, how: string, change: Partial<EngineVariant>])[] = [
    ['liftoff', 'without its flag', { flags: [] }],
    ['liftoff', "with the optimising compiler's flag", { flags: turbofan?.flags ?? [] }],
    ['turbofan', "with the baseline compiler's flag", { flags: liftoff?.flags ?? [] }],
    ['bounds-checks', 'without its flag', { flags: [] }],
    ['small-stack', 'without its flag', { flags: [] }],
    ['large-stack', 'without its flag', { flags: [] }],
    ['worker', 'in a process', { isThread: false }],
    ['node26', 'on another Node', { binary: () => (process.version.startsWith('v26.') ? node24() : process.execPath) }],
    [
      'polywasm',
      'where nothing was put in its place',
      { preload: new URL('../../processes/runtime.ts', import.meta.url) },
    ],
    ['jsc-interpreter', 'without its variables', { env: {} }],
    ['jsc', "with the interpreter's variables", { env: engineVariants['jsc-interpreter']?.env ?? {} }],
    ['deno', 'on Node', { binary: () => process.execPath, flags: [], isNode: true }],
  ];
  for (const [id, how, change] of lies) {
    it(`is not ${id} ${how}`, async function () {
      const honest = engineVariants[id] as EngineVariant;
      await backendOrSkip(this, async () => {
        honest.binary?.();
        return counterBackend('there');
      });
      const engine = { ...honest, ...change };
      await assert.rejects(createProcessBackend({ machine: 'wasm', name: `wasm@${id}`, engine }), {
        code: 'backend-unavailable',
        message: /^wasm@[\w-]+ is to be .*, and what started is (?:Node|Bun|Deno) /,
      });
    }).timeout(240_000);
  }

  it('says of each what has to be seen of it', () => {
    assert.ok(Object.keys(engineVariants).length >= 12);
    for (const [id, { expects }] of Object.entries(engineVariants)) assert.ok(expects !== undefined, id);
  });
});

describe('a divergence', () => {
  it('is found where a weight of one engine is off by one', async () => {
    const { costs } = flatV2Schedule;
    const instructions = { ...costs.instructions, 'i32.add': costs.instructions['i32.add'] + 1 };
    const schedule: Schedule = { ...flatV2Schedule, costs: { ...costs, instructions } };
    const wrong = await createProcessBackend({ machine: 'wasm', name: 'wasm@liftoff', schedule });
    const report = await check(await loadSubject('fibonacci'), ['wasm', 'reference', wrong], { callBudget: 8 });
    assert.equal(report.agreed, false);
    const run: CheckRun = { ...about, backends: [wrong], reports: [report] };
    const [first, ...others] = checkJson(run).divergences;
    assert.deepEqual(
      [first?.contract, first?.variant, first?.against, others.length],
      ['fibonacci', 'wasm@liftoff', 'wasm', 0],
    );
    assert.equal(first?.field, 'gas');
    assert.ok(BigInt(first.actual) > BigInt(first.expected), `${first.expected} and ${first.actual}`);
  }).timeout(240_000);

  it('counts on none that was compared with nothing, and says so in a row for each', async () => {
    const machines = [counterBackend('one'), counterBackend('two')];
    const calls = fc.constant([{ method: 'add', args: ['1'] }]);
    const both = await check(counterSubject, machines, { calls, callBudget: 4 });
    const alone = await check(counterSubject, machines.slice(0, 1), { calls, callBudget: 4 });
    const missing = [{ name: 'three', reason: 'three is not installed' }];
    const backends = machines.map((machine) => ({ ...machine, runtime: `Node of ${machine.name}` }));
    const rowsOf = (reports: CheckRun['reports']) => checkJson({ ...about, backends, missing, reports }).variants;
    assert.deepEqual(rowsOf([both, alone]), [
      { id: 'one', ran: 4, skippedBecause: null, runtime: 'Node of one' },
      { id: 'two', ran: 4, skippedBecause: null, runtime: 'Node of two' },
      { id: 'three', ran: 0, skippedBecause: 'three is not installed', runtime: null },
    ]);
    assert.ok(rowsOf([alone]).every(({ ran, skippedBecause }) => ran === 0 && skippedBecause !== null));
    const run = { ...about, backends, missing, reports: [both, alone], showsVariants: true };
    assert.equal(
      variantsText(run, 80),
      [
        'variant  calls  what ran it',
        'one          4  Node of one',
        'two          4  Node of two',
        'three        -  three is not installed',
        '',
      ].join('\n'),
    );
    assert.match(checkMarkdown(run), /^\| three \| - \| three is not installed \|$/m);
  });

  it('is told of every machine that differs, after the search went on with two of them', async () => {
    const machines = [
      counterBackend('one'),
      counterBackend('two', 'wrong output'),
      counterBackend('three'),
      counterBackend('four', 'wrong output'),
    ];
    const calls = fc.array(fc.constant({ method: 'add', args: ['2'] }), {
      minLength: 1,
      maxLength: 8,
    });
    const found = await check(counterSubject, machines, { calls, callBudget: 60 });
    assert.equal(found.agreed, false);
    assert.deepEqual(
      found.divergences.map(({ backends, step, field }) => [backends.join(), step, field]),
      [
        ['one,two', 1, 'output'],
        ['one,four', 1, 'output'],
      ],
    );
    const run: CheckRun = { ...about, backends: machines, reports: [found], showsVariants: true };
    assert.deepEqual(
      checkJson(run).divergences.map(({ contract, variant, against, field, replayFile }) => [
        contract,
        variant,
        against,
        field,
        replayFile,
      ]),
      [
        ['counter', 'two', 'one', 'output', null],
        ['counter', 'four', 'one', 'output', null],
      ],
    );
    assert.match(checkText([found]), /one and two differ in output\n.*\n.*\n {2}so do four\n/);
    assert.match(checkMarkdown(run), /^So do four\.$/m);
  });
});
