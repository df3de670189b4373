import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { calibratedV1Schedule } from '../../engine/schedules.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { replay } from '../../harness/agreement/replay.ts';
import { contendersOf } from '../../harness/machines/contenders.ts';
import { loadSubject } from '../../harness/subjects/load.ts';
import type { DescribedSubject } from '../../harness/subjects/subject.ts';
import {
  arbitraryCalls,
  ExpectationFailed,
  expectAgreement,
  expectCostAtMost,
  expectReceipt,
  matchers,
  receiptsOf,
  runCalls,
  type TestCall,
} from '../../testing/index.ts';
import { miscounting } from './miscounting.ts';

const transfer: TestCall = { method: 'transfer', args: ['bob', 5n], caller: 'deployer' };
const flat = { schedules: ['flat-v2'] };

describe('trimeter/testing', () => {
  let token: DescribedSubject;
  before(async () => {
    token = await loadSubject('erc20');
  });

  /** What a rejected or thrown expectation says. */
  async function failureOf(work: () => unknown): Promise<string> {
    try {
      await work();
    } catch (error) {
      assert.ok(error instanceof ExpectationFailed, String(error));
      assert.equal(error.code, 'ERR_ASSERTION');
      return error.message;
    }
    return assert.fail('nothing was thrown');
  }

  describe('expectAgreement', () => {
    const machines = ['wasm', 'reference'];

    it('passes where machines agree, on a sequence and on random calls', async () => {
      const report = await expectAgreement(token, { machines, calls: [transfer, { data: '0x', value: 7n }] });
      assert.deepEqual([report.calls, report.agreed], [2, true]);
      assert.ok((await expectAgreement(token, { machines, callBudget: 20 })).calls >= 20);
    });

    it('fails with the calls, what differs and a replay that shows it again', async () => {
      const other = miscounting(createWasmBackend());
      const given = { machines: ['reference', other], calls: [{ method: 'totalSupply' }, transfer, transfer] };
      try {
        await expectAgreement(token, given);
        assert.fail('it agreed');
      } catch (error) {
        assert.ok(error instanceof ExpectationFailed, String(error));
        assert.match(
          error.message,
          /^erc20: after call 2, reference and wasm-plain differ in gas\n {2}reference: 7884\n {2}wasm-plain: 7885\n {2}1\. totalSupply\(\) by alice\n {2}2\. transfer\("bob", "5"\) by deployer\n\nTo see it again, .*\n\{\n/,
        );
        assert.ok(error.replay !== undefined);
        assert.deepEqual(error.replay.steps.length, 2);
        const again = await replay(token, error.replay, contendersOf([createWasmBackend(), other]));
        assert.equal(again.disagreement?.field, 'gas');
      }
    });

    it('shrinks what random calls find', async () => {
      const random = { machines: ['reference', miscounting(createWasmBackend())], callBudget: 100 };
      const message = await failureOf(() => expectAgreement(token, random));
      assert.match(
        message,
        /^erc20: after call 1, reference and wasm-plain differ in gas\n.*\n.*\n {2}1\. approve\(.*\n\n/,
      );
    });

    it('fails where nothing was compared', async () => {
      const alone = { machines: ['wasm'], calls: [transfer] };
      assert.equal(
        await failureOf(() => expectAgreement(token, alone)),
        'erc20: nothing was compared: wasm ran everything once',
      );
      await assert.rejects(expectAgreement(token, []), { code: 'bad-argument', message: /holds no calls/ });
      const none = { machines: [], calls: [transfer] };
      await assert.rejects(expectAgreement(token, none), { code: 'bad-argument', message: /no machine/ });
    });
  });

  describe('runCalls', () => {
    it('has every call looked at, with its result and what can be read after it', async () => {
      const lines: string[] = [];
      const calls: TestCall[] = [
        transfer,
        { ...transfer, caller: 'bob' },
        { ...transfer, args: ['alice', '6'], caller: 'bob' },
      ];
      await runCalls(token, calls, async ({ index, text, outcome, result, read }) => {
        lines.push(
          `${index} ${text} ${outcome.status} ${result} ${outcome.gasUsed} ${await read('balanceOf', ['bob'])}`,
        );
      });
      assert.deepEqual(lines, [
        '0 transfer("bob", "5") by deployer success true 7884 5',
        '1 transfer("bob", "5") by bob success true 7584 5',
        '2 transfer("alice", "6") by bob revert ERC20InsufficientBalance(sender: bob, balance: 5, needed: 6) 3628 5',
      ]);
    });

    it('reads without changing anything, and fails where there is nothing to read', async () => {
      await runCalls(token, [transfer], async ({ read }) => {
        assert.equal(await read('transfer', ['alice', 5n], 'bob'), 'true');
        assert.equal(await read('balanceOf', ['bob']), '5');
        assert.match(
          await failureOf(() => read('transfer', ['alice', 6n], 'bob')),
          /^transfer\("alice", "6"\) by bob was to be read and ends in revert ERC20InsufficientBalance\(/,
        );
      });
    });

    it('is the other half of a property over the calls of an interface, which shrinks', async () => {
      const property = fc.asyncProperty(arbitraryCalls(token, { maxLength: 4 }), (calls) =>
        runCalls(token, calls, async ({ read }) => assert.equal(await read('balanceOf', ['bob']), '0')),
      );
      const { failed, counterexample } = await fc.check(property, { seed: 1, numRuns: 50 });
      assert.ok(failed && counterexample !== null);
      const [calls] = counterexample;
      assert.ok(calls.length <= 2, JSON.stringify(calls));
      assert.ok(
        calls.some(({ args }) => args?.includes('bob')),
        JSON.stringify(calls),
      );
    });

    it('refuses calls that are none, and lengths', async () => {
      for (const call of [{}, { method: 'f', data: '0x' }]) {
        await assert.rejects(
          runCalls(token, [call], () => {}),
          { code: 'bad-argument', message: /a method or data/ },
        );
      }
      assert.throws(() => arbitraryCalls(token, { maxLength: 0 }), { code: 'bad-argument' });
    });
  });

  describe('expectReceipt', () => {
    const variables = ['CI', 'TRIMETER_UPDATE'] as const;
    const were = variables.map((name) => process.env[name]);
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'trimeter-testing-'));
      for (const name of variables) delete process.env[name];
    });
    afterEach(() => {
      for (const [at, name] of variables.entries()) {
        if (were[at] === undefined) delete process.env[name];
        else process.env[name] = were[at];
      }
      rmSync(folder, { recursive: true });
    });
    const file = () => join(folder, 'token.json');
    const held = (name: string, calls: readonly TestCall[], more = {}) =>
      expectReceipt(token, calls, { file: file(), name, ...flat, ...more });
    async function updated(work: () => Promise<unknown>): Promise<void> {
      process.env['TRIMETER_UPDATE'] = '1';
      await work();
      delete process.env['TRIMETER_UPDATE'];
    }

    it('fails without a file or a receipt in it, and writes none', async () => {
      assert.match(
        await failureOf(() => held('one', [transfer])),
        /token\.json has no receipts of erc20 called one: TRIMETER_UPDATE=1 writes them$/,
      );
      assert.equal(existsSync(file()), false);
      await updated(() => held('one', [transfer]));
      const text = readFileSync(file(), 'utf8');
      assert.match(await failureOf(() => held('two', [transfer])), /called two/);
      assert.equal(readFileSync(file(), 'utf8'), text);
    });

    it('holds behaviour and gas once it was told to write, with others beside it', async () => {
      await updated(async () => {
        await held('one', [transfer]);
        await held('two', [transfer, { method: 'totalSupply' }]);
      });
      const [, receipt] = await held('one', [transfer]);
      assert.deepEqual([receipt?.status, receipt?.gas], ['success', { 'flat-v2': 7884n }]);
      assert.equal((await held('two', [transfer, { method: 'totalSupply' }])).length, 3);
      const url = pathToFileURL(file());
      await expectReceipt(token, [transfer], { file: url, name: 'one', ...flat });
    });

    it('says which call costs something else, by how much, unless the tolerance has room for it', async () => {
      await updated(() => held('one', [transfer]));
      writeFileSync(file(), readFileSync(file(), 'utf8').replace('"7884"', '"7800"'));
      const message = await failureOf(() => held('one', [transfer]));
      assert.match(message, /^erc20 +transfer +flat-v2 +7800 +7884 +\+84 /m);
      assert.match(
        message,
        /\n\nIf that is intended: TRIMETER_UPDATE=1 writes .*token\.json anew\. Commit it with the change\.$/,
      );
      await held('one', [transfer], { tolerance: '+2%' });
      assert.match(await failureOf(() => held('one', [transfer], { tolerance: { transfer: '+1%' } })), /\+84/);
    });

    it('says which call comes to something else', async () => {
      await updated(() => held('one', [transfer, transfer]));
      writeFileSync(
        file(),
        readFileSync(file(), 'utf8').replace(
          /"status": "success", "result": "true"/,
          '"status": "revert", "result": "no"',
        ),
      );
      assert.match(await failureOf(() => held('one', [transfer, transfer])), /^erc20 transfer: .*revert.*success/m);
    });

    it('fails for other calls, and says where a lock was made under another version', async () => {
      await updated(() => held('one', [transfer]));
      const other = { ...transfer, args: ['alice', 5n] };
      assert.match(
        await failureOf(() => held('one', [other])),
        /not compared: .*its calls are others than the lock's from call 1 on/,
      );
      writeFileSync(file(), readFileSync(file(), 'utf8').replace(/"trimeter": "[^"]*"/, '"trimeter": "0.0.1"'));
      await held('one', [transfer]);
      const changed = readFileSync(file(), 'utf8').replace('"7884"', '"7800"');
      writeFileSync(file(), changed);
      assert.match(await failureOf(() => held('one', [transfer])), /0\.0\.1/);
      await updated(() => held('two', [transfer]));
      assert.match(await failureOf(() => held('one', [transfer])), /called one/);
    });

    it('writes nothing in CI, whatever it is told', async () => {
      process.env['CI'] = 'true';
      assert.match(await failureOf(() => held('one', [transfer])), /no receipts/);
      process.env['TRIMETER_UPDATE'] = '1';
      assert.match(await failureOf(() => held('one', [transfer])), /^TRIMETER_UPDATE is set in CI/);
      assert.equal(existsSync(file()), false);
    });

    it('refuses to write what would hold nothing', async () => {
      process.env['TRIMETER_UPDATE'] = '1';
      await assert.rejects(held('none', []), { code: 'bad-argument' });
      await assert.rejects(held('one', [transfer], { constructorArgs: ['a', 'b'] }), { name: 'InputRejected' });
      await assert.rejects(held('one', [transfer], { tolerance: 'some' }), { name: 'InputRejected' });
      assert.equal(existsSync(file()), false);
    });
  });

  describe('expectCostAtMost', () => {
    it('takes receipts, steps and outcomes, and says in words what costs too much', async () => {
      const schedules = ['flat-v2', calibratedV1Schedule.id];
      const [, receipt] = await receiptsOf(token, [transfer], { schedules });
      expectCostAtMost(receipt, { 'flat-v2': 7884 });
      const under = 'transfer("bob", "5") by deployer costs 7884 gas under flat-v2, 1 more than 7883 (+0.1 %)';
      assert.equal(await failureOf(() => expectCostAtMost(receipt, { 'flat-v2': 7883n })), under);
      await runCalls(token, [transfer], async (step) => {
        expectCostAtMost(step, 7884n);
        expectCostAtMost(step.outcome, 7884);
        const words = '7884 gas, 84 more than 7800 (+1.1 %)';
        assert.equal(
          await failureOf(() => expectCostAtMost(step, 7800)),
          `transfer("bob", "5") by deployer costs ${words}`,
        );
        assert.equal(await failureOf(() => expectCostAtMost(step.outcome, 7800)), `the call costs ${words}`);
      });
    });

    it('fails for a call that did not succeed, and for none', async () => {
      const [, receipt] = await receiptsOf(token, [{ ...transfer, caller: 'bob' }], flat);
      assert.match(
        await failureOf(() => expectCostAtMost(receipt, 1n << 60n)),
        /by bob ended in revert ERC20InsufficientBalance\(.*\): what it cost says nothing$/,
      );
      assert.match(await failureOf(() => expectCostAtMost(undefined, 5)), /no call/);
    });

    it('refuses a limit that holds nothing', async () => {
      const [, receipt] = await receiptsOf(token, [transfer], { schedules: ['flat-v2', 'evm'] });
      for (const most of [{}, { 'flat-v3': 5 }, 9000, { evm: -1 }, { evm: 0.5 }, { evm: -1n }]) {
        assert.throws(() => expectCostAtMost(receipt, most), { code: 'bad-argument' });
      }
      await assert.rejects(receiptsOf(token, [transfer], { schedules: [] }), { code: 'bad-argument' });
      await assert.rejects(receiptsOf(token, [transfer], { schedules: ['none'] }), { code: 'bad-argument' });
    });
  });

  describe('matchers', () => {
    it('pass and fail as the functions do, and cannot be negated where that means nothing', async () => {
      const agreed = await matchers.toAgree.call({}, token, { machines: ['wasm', 'reference'], calls: [transfer] });
      assert.equal(agreed.pass, true);
      const alone = await matchers.toAgree.call({}, token, { machines: ['wasm'], calls: [transfer] });
      assert.deepEqual([alone.pass, alone.message()], [false, 'erc20: nothing was compared: wasm ran everything once']);
      await assert.rejects(matchers.toAgree.call({ isNot: true }, token), { message: 'toAgree cannot be negated' });
      const missing = await matchers.toMatchReceipt.call({}, token, [transfer], { file: 'nowhere.json', name: 'one' });
      assert.deepEqual([missing.pass, /no receipts/.test(missing.message())], [false, true]);
      const [, receipt] = await receiptsOf(token, [transfer], flat);
      assert.equal(matchers.toCostAtMost(receipt, 7884).pass, true);
      assert.equal(matchers.toCostAtMost(receipt, 7883).pass, false);
      assert.match(matchers.toCostAtMost(receipt, 7884).message(), /which is at most 7884$/);
    });
  });
});
