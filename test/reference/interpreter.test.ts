import assert from 'node:assert/strict';
import { EngineError } from '../../engine/errors.ts';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { TraceLog } from '../../engine/trace/trace-log.ts';
import { tracedMachine } from '../../engine/trace/traced-machine.ts';
import type { HostCall, Instruction } from '../../engine/trace/tracer.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { opcodes } from '../../metering/format/opcodes.ts';
import { prepareGuest, type RunOptions, runGuest, type Sighting, testSchedule } from '../support/test-guest.ts';
import { wat } from '../support/wat.ts';

const IMPORTS = `
  (import "test" "observe" (func $observe (param i32)))
  (import "test" "echo32" (func $echo32 (param i32) (result i32)))
  (import "test" "echo64" (func $echo64 (param i64) (result i64)))
  (import "test" "exit" (func $exit (result i32)))
  (import "test" "trap" (func $trap (result i32)))
  (import "test" "break" (func $break))
  (memory (export "memory") 1 2)`;

/** Runs a module whose `run` takes two i32 and returns one. `body` may use $a and $b; `rest` is put beside the function. */
async function run(body: string, options: RunOptions = {}, rest = ''): Promise<Sighting> {
  const bytes = await wat(`(module ${IMPORTS} ${rest}
    (func (export "run") (param $a i32) (param $b i32) (result i32) ${body}))`);
  return runGuest(referenceMachine(), bytes, options);
}

async function endOf(body: string, args: readonly number[] = [0, 0], rest = ''): Promise<string> {
  return (await run(body, { args }, rest)).end;
}

describe('reference interpreter', () => {
  describe('control flow', () => {
    it('keeps the branch operand and drops what lies under it', async () => {
      assert.equal(
        await endOf('(i32.add (i32.const 1) (block (result i32) (i32.const 7) (i32.const 8) (br 0 (i32.const 9))))'),
        'returned 10',
      );
    });

    it('goes to the beginning of a loop and past the end of a block', async () => {
      const body = `
        (block $out (loop $again
          (local.set $b (i32.add (local.get $b) (local.get $a)))
          (local.set $a (i32.sub (local.get $a) (i32.const 1)))
          (br_if $out (i32.eqz (local.get $a)))
          (br $again)))
        (local.get $b)`;
      assert.equal(await endOf(body, [10, 0]), 'returned 55');
    });

    it('leaves the function through its own label, from any depth', async () => {
      assert.equal(await endOf('(block (loop (br 2 (i32.const 4)))) (i32.const 5)'), 'returned 4');
      assert.equal(await endOf('(block (loop (return (i32.const 4)))) (i32.const 5)'), 'returned 4');
    });

    it('takes one arm of an if, with and without a result or an else', async () => {
      const valued = '(if (result i32) (local.get $a) (then (i32.const 1)) (else (i32.const 2)))';
      assert.equal(await endOf(valued, [-1, 0]), 'returned 1');
      assert.equal(await endOf(valued, [0, 0]), 'returned 2');
      const bare = '(if (local.get $a) (then (local.set $b (i32.const 3)))) (local.get $b)';
      assert.equal(await endOf(bare, [1, 9]), 'returned 3');
      assert.equal(await endOf(bare, [0, 9]), 'returned 9');
    });

    it('takes the default label of a br_table for every index that is too large, unsigned', async () => {
      const body = `
        (block (block (block (br_table 0 1 2 (local.get $a))) (return (i32.const 10))) (return (i32.const 11)))
        (i32.const 12)`;
      const expected = { 0: 10, 1: 11, 2: 12, 3: 12, '-1': 12 };
      for (const [index, result] of Object.entries(expected)) {
        assert.equal(await endOf(body, [Number(index), 0]), `returned ${result}`, index);
      }
    });

    it('calls through the table, which takes equal types for the same', async () => {
      const rest = `
        (type $one (func (param i32) (result i32))) (type $other (func (param i32) (result i32)))
        (table 4 funcref) (elem (i32.const 1) $double $observe)
        (func $double (type $one) (i32.mul (local.get 0) (i32.const 2)))`;
      const body = '(call_indirect (type $other) (local.get $a) (local.get $b))';
      assert.equal(await endOf(body, [21, 1], rest), 'returned 42');
      assert.equal(await endOf(body, [21, 0], rest), 'IndirectCallMismatch');
      assert.equal(await endOf(body, [21, 2], rest), 'IndirectCallMismatch');
      assert.equal(await endOf(body, [21, 4], rest), 'TableOutOfBounds');
      assert.equal(await endOf(body, [21, -1], rest), 'TableOutOfBounds');
      const toHost = '(call_indirect (param i32) (i32.const 77) (i32.const 2)) (i32.const 0)';
      const { hostCalls } = await run(toHost, {}, rest);
      assert.match(hostCalls.join(), /^observe 77 /);
    });

    it('nests calls as deep as the stack budget allows without touching the native stack', async () => {
      const rest = `
        (func $down (param i32) (result i32)
          (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
          (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))`;
      const { end } = await run('(call $down (local.get $a))', { args: [30_000, 0], stackWords: 1 << 24 }, rest);
      assert.equal(end, 'returned 30000');
    });
  });

  describe('traps', () => {
    const memoryOutOfBounds = 'MemoryOutOfBounds';
    const cases: Readonly<Record<string, readonly [body: string, end: string]>> = {
      unreachable: ['(unreachable)', 'Unreachable'],
      'division by zero': ['(i32.div_u (i32.const 1) (local.get $a))', 'IntegerDivideByZero'],
      'remainder by zero': ['(i32.rem_s (i32.const 1) (local.get $a))', 'IntegerDivideByZero'],
      'the quotient that does not fit': ['(i32.div_s (i32.const -0x80000000) (i32.const -1))', 'IntegerOverflow'],
      'a load of the last bytes but one too far': ['(i32.load (i32.const 65533))', memoryOutOfBounds],
      'a load whose offset would wrap around': ['(i32.load offset=0xffffffff (i32.const 1))', memoryOutOfBounds],
      'a load at a negative address': ['(i32.load8_u (i32.const -1))', memoryOutOfBounds],
      'a store that begins inside': ['(i64.store (i32.const 65529) (i64.const 1)) (i32.const 0)', memoryOutOfBounds],
      'a copy from outside': [
        '(memory.copy (i32.const 0) (i32.const 65536) (i32.const 1)) (i32.const 0)',
        memoryOutOfBounds,
      ],
      'a copy to outside': [
        '(memory.copy (i32.const 65535) (i32.const 0) (i32.const 2)) (i32.const 0)',
        memoryOutOfBounds,
      ],
      'an empty fill past the end': [
        '(memory.fill (i32.const 65537) (i32.const 0) (i32.const 0)) (i32.const 0)',
        memoryOutOfBounds,
      ],
      'a host function that traps': ['(call $trap)', 'HostArgumentInvalid'],
    };
    for (const [title, [body, end]] of Object.entries(cases)) {
      it(`traps on ${title}`, async () => {
        assert.deepEqual(await run(body), { end, gasLeft: undefined, hostCalls: [], memory: undefined });
      });
    }

    it('does not trap at the very edge', async () => {
      assert.equal(await endOf('(i32.load (i32.const 65532))'), 'returned 0');
      assert.equal(
        await endOf('(memory.fill (i32.const 65536) (i32.const 0) (i32.const 0)) (i32.const 3)'),
        'returned 3',
      );
      assert.equal(await endOf('(i32.rem_s (i32.const -0x80000000) (i32.const -1))'), 'returned 0');
    });
  });

  describe('memory', () => {
    it('copies between overlapping ranges as if through a buffer', async () => {
      const body = `
        (i64.store (i32.const 0) (i64.const 0x0807060504030201))
        (memory.copy (i32.const 2) (i32.const 0) (i32.const 6))
        (i32.load (i32.const 4))`;
      assert.equal(await endOf(body), `returned ${0x06050403}`);
    });

    it('begins every run with the memory and globals that the module names', async () => {
      const bytes =
        await wat(`(module (memory (export "memory") 1 1) (data (i32.const 3) "\\05") (global $g (mut i32) (i32.const 6))
        (func (export "run") (param i32 i32) (result i32)
          (i32.store8 (i32.const 3) (i32.add (i32.load8_u (i32.const 3)) (i32.const 1)))
          (global.set $g (i32.add (global.get $g) (i32.const 1)))
          (i32.mul (i32.load8_u (i32.const 3)) (global.get $g))))`);
      const runAgain = prepareGuest(referenceMachine(), bytes);
      assert.deepEqual([runAgain().end, runAgain().end], ['returned 42', 'returned 42']);
    });

    it('grows to the declared maximum, or to that of the schedule if it is lower or there is none', async () => {
      const grown = async (declared: string, memoryPages: number): Promise<string> => {
        const bytes = await wat(`(module (memory (export "memory") ${declared})
          (func (export "run") (param i32 i32) (result i32)
            (local i32)
            (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
            (memory.size)))`);
        return runGuest(referenceMachine(), bytes, { schedule: testSchedule({ limits: { memoryPages } }) }).end;
      };
      assert.equal(await grown('1 3', 8), 'returned 3');
      assert.equal(await grown('1 30', 8), 'returned 8');
      assert.equal(await grown('1', 8), 'returned 8');
    });

    it('keeps the contents and adds zeros when it grows', async () => {
      const body = `
        (i32.store (i32.const 65532) (i32.const 11))
        (drop (memory.grow (i32.const 1)))
        (i32.add (i32.load (i32.const 65532)) (i32.load (i32.const 65536)))`;
      assert.equal(await endOf(body), 'returned 11');
    });
  });

  describe('host functions', () => {
    it('get signed arguments, and their unsigned results become signed', async () => {
      const narrow = await run('(i32.lt_s (call $echo32 (i32.const 0xffffffff)) (i32.const 0))');
      assert.equal(narrow.end, 'returned 1');
      assert.match(narrow.hostCalls.join(), /^echo32 -1 /);
      const wide = await run('(i64.lt_s (call $echo64 (i64.const 0xffffffffffffffff)) (i64.const 0))');
      assert.equal(wide.end, 'returned 1');
      assert.match(wide.hostCalls.join(), /^echo64 -1 /);
    });

    it('may end the run at once', async () => {
      const { end, gasLeft, hostCalls } = await run('(call $observe (call $exit)) (i32.const 1)', { gas: 100n });
      assert.deepEqual({ end, gasLeft, hostCalls }, { end: 'exited', gasLeft: 99n, hostCalls: [] });
    });

    it('let their own errors through', async () => {
      await assert.rejects(run('(call $break) (i32.const 1)'), /a bug of the host/);
    });

    it('cannot be linked without a price', async () => {
      const schedule = { ...testSchedule({}), hostCosts: {} };
      await assert.rejects(run('(i32.const 1)', { schedule }), EngineError);
    });
  });

  it('refuses what metering refuses', async () => {
    await assert.rejects(run('(i32.trunc_f32_s (f32.const 1))'), ModuleRejected);
    await assert.rejects(run('(i64.const 1)'), ModuleRejected);
  });

  it('can run every allowed opcode', async () => {
    const seen = new Set<string>();
    const machine = referenceMachine(({ mnemonic }) => seen.add(mnemonic));
    const rows = opcodes.filter(({ operands, mnemonic }) => operands !== undefined && mnemonic !== 'unreachable');
    const bodies = rows.map(({ mnemonic, operands = [], results, immediate }) => {
      const zeros = operands.map((type) => `(${type}.const 1)`).join(' ');
      const text = `(${mnemonic} ${immediate === 'i32' || immediate === 'i64' ? '1' : ''} ${zeros})`;
      return results.length === 0 ? text : `(drop ${text})`;
    });
    const rest = `
      (global $g (mut i32) (i32.const 0)) (table 1 funcref) (elem (i32.const 0) $f) (func $f)
      (func $all (local $x i32) ${bodies.join('\n')}
        (local.set $x (local.get $x)) (drop (local.tee $x (i32.const 1))) (global.set $g (global.get $g))
        (drop (select (i32.const 1) (i32.const 2) (i32.const 3)))
        (call $f) (call_indirect (i32.const 0))
        (block (loop (br_if 1 (i32.const 1)))) (if (i32.const 1) (then) (else (nop))) (block (br_table 0 (i32.const 0)))
        (block (br 0)) (return))`;
    const bytes = await wat(`(module ${IMPORTS} ${rest}
      (func (export "run") (param i32 i32) (result i32) (call $all) (unreachable)))`);
    assert.equal(runGuest(machine, bytes).end, 'Unreachable');
    const unseen = opcodes.map(({ mnemonic }) => mnemonic).filter((mnemonic) => !seen.has(mnemonic));
    assert.deepEqual(unseen, []);
  });

  it('tells of every instruction and every host call with the gas left', async () => {
    const steps: Instruction[] = [];
    const hostCalls: HostCall[] = [];
    const log = new TraceLog({ onEvent: (event) => void (event.kind === 'host call' && hostCalls.push(event)) });
    const machine = tracedMachine(
      referenceMachine((step) => steps.push(step)),
      log,
    );
    const bytes =
      await wat(`(module (import "test" "observe" (func $observe (param i32))) (memory (export "memory") 1 1)
      (func (export "run") (param i32 i32) (result i32) (call $observe (i32.const 5)) (i32.const 6)))`);
    runGuest(machine, bytes, { gas: 200n });
    assert.deepEqual(
      steps.map(({ functionIndex, mnemonic, gasLeft, top }) => [functionIndex, mnemonic, gasLeft, top]),
      [
        [1, 'i32.const', 198n, undefined],
        [1, 'call', 198n, 5],
        [1, 'i32.const', 96n, undefined],
        [1, 'end', 96n, 6],
      ],
    );
    assert.deepEqual(
      steps.map(({ at }) => bytes[at]),
      [0x41, 0x10, 0x41, 0x0b],
    );
    assert.deepEqual(
      hostCalls.map(({ name, args, gasLeft }) => [name, args, gasLeft]),
      [['test.observe', [5], 98n]],
    );
  });
});
