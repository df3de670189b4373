/**
 * Bugs that other metering systems had, each with its reference: ours must not have them, under any strategy. Every
 * program runs on the reference interpreter and under every strategy, which must agree (`everyStrategy`); what they must
 * agree on is said here.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { everyStrategy } from '../../fuzz/modules/every-strategy.ts';
import type { FuzzRun, FuzzWorldOptions } from '../../fuzz/modules/fuzz-world.ts';
import type { ImportedFunction } from '../../fuzz/modules/integer-module.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { Op } from '../../metering/format/opcodes.ts';
import { validateModule } from '../../metering/format/validate.ts';
import { planStack } from '../../metering/plan/stack-plan.ts';
import { strategies } from '../../metering/plan/strategies.ts';
import { AMPLE_GAS, guestWorld } from '../support/guest-world.ts';
import { wat } from '../support/wat.ts';
import { binary, costsOf, instrumentBytes, moduleWithBody, section } from './metered-guest.ts';

const log: ImportedFunction = { module: 'test', name: 'observe', params: ['i32'], results: [] };
const GAS = 1_000_000n;

/** One unit an instruction, and nothing for what a host function does, so that gas is a count of instructions. */
const HOST = 30;
const counting: FuzzWorldOptions = { paramCount: 2, result: 'i32', weightOf: () => 1 };

async function program(body: string, rest = '', options: FuzzWorldOptions = {}): Promise<FuzzRun> {
  const bytes = await wat(`(module (import "test" "observe" (func $log (param i32))) (memory (export "memory") 1 3)
    ${rest} (func (export "run") (param i32 i32) (result i32) ${body}))`);
  return everyStrategy(bytes, [log], { ...counting, ...options });
}

/** Gas of a run that succeeds. */
async function gasOf(run: FuzzRun, args: readonly number[] = [0, 0]): Promise<number> {
  const [status, , , gas] = (await run(args, GAS)).outcome.split(' ');
  assert.equal(status, 'success');
  return Number(gas);
}

/** Number of the trap that a run ends in. */
async function trapOf(run: FuzzRun, args: readonly number[] = [0, 0], gasLimit = GAS): Promise<number> {
  const [status, code] = (await run(args, gasLimit)).outcome.split(' ');
  assert.equal(status, 'trap');
  return Number(code);
}

async function refusalOf(source: string): Promise<string> {
  const bytes = await wat(source);
  try {
    instrumentBytes(bytes);
  } catch (error) {
    if (error instanceof ModuleRejected) return error.code;
    throw error;
  }
  return assert.fail('not refused');
}

describe('known bugs of metering systems', () => {
  describe('an instruction that ends a block is missing from a list', () => {
    it('CWA-2024-007, wasmer #4256: what comes before an `if` is paid for when the other arm is taken', async () => {
      const before = 'local.get 1 drop '.repeat(10);
      const run = await program(`${before} local.get 0 if nop nop nop nop nop end i32.const 1`);
      assert.equal(await gasOf(run, [0, 0]), 20 + 2 + 2);
      assert.equal(await gasOf(run, [1, 0]), 20 + 2 + 6 + 2);
    });

    it('parity wasm-utils #120, #122: what a branch jumps over is not paid for', async () => {
      for (const [jump, gas] of [
        ['br 0', 2 + 2],
        ['i32.const 0 br_table 0', 3 + 2 + 3],
        ['local.get 1 br_if 0', 3 + 2],
      ] as const) {
        const run = await program(`block ${jump} nop nop nop nop nop end i32.const 1`);
        assert.equal(await gasOf(run, [0, 1]), gas, jump);
      }
    });
  });

  describe('loops without a check', () => {
    it('finite-wasm #45: loops that begin at the same place are not one, and endless ones end', async () => {
      for (const body of [
        'loop br 0 end i32.const 0',
        'loop loop br 1 end end i32.const 0',
        'loop loop loop br 2 end end end i32.const 0',
        'loop loop br 0 end br 0 end i32.const 0',
        'loop block br 1 end end i32.const 0',
        'loop i32.const 0 br_table 0 0 end i32.const 0',
        'loop i32.const 1 if br 1 end end i32.const 0',
      ]) {
        assert.equal(await trapOf(await program(body), [0, 0], 5_000n), 7, body);
      }
    });

    it('finite-wasm #45: recursion without a loop ends as well', async () => {
      const run = await program('call $f', '(func $f (result i32) call $g) (func $g (result i32) call $f)');
      assert.equal(await trapOf(run), 8);
      assert.equal(await trapOf(run, [0, 0], 500n), 7);
    });

    it('wasmtime, "zip bomb": calls that double at each level cost what they run', async () => {
      const levels = Array.from({ length: 12 }, (_, i) => `(func $f${i} call $f${i + 1} call $f${i + 1})`).join(' ');
      const run = await program('call $f0 i32.const 1', `${levels} (func $f12)`);
      // $f12 is entered 4,096 times and costs 1; the others 2 calls and an end.
      assert.equal(await gasOf(run), 4_096 + 3 * 4_095 + 3);
      assert.equal(await trapOf(run, [0, 0], 10_000n), 7);
    });
  });

  describe('traps', () => {
    it('wasmer #4219, wasmtime #13802: a trap does not leave its block unpaid', async () => {
      const run = await program(`${'nop '.repeat(100)} unreachable`);
      assert.equal(await trapOf(run, [0, 0], 100n), 7);
      const { outcome } = await run([0, 0], 5_000n);
      assert.equal(outcome, 'trap 1 gas 5000');
    });

    it('wasmtime #14161, #14047, #14213: out of gas and out of bounds are told apart by one rule', async () => {
      const body = 'i32.const 65530 i32.const 0 local.get 0 memory.fill i32.const 1';
      const run = await program(body);
      // 6 instructions, and 5 units for each byte, before the bounds are looked at.
      assert.equal(await trapOf(run, [100, 0], 505n), 7);
      assert.equal(await trapOf(run, [100, 0], 506n), 2);
      assert.equal(await gasOf(run, [6, 0]), 36);
      const grown = await program('local.get 0 memory.grow');
      assert.equal(await gasOf(grown, [2, 0]), 2_003 + 3 * 77);
      assert.equal(await gasOf(grown, [3, 0]), 3);
      assert.equal(await trapOf(grown, [2, 0], 2_002n + 3n * 77n), 7);
    });
  });

  it('wasmtime #13393, #14042, wasmi #2038, ewasm: linear work has a linear price', async () => {
    const fill = await program('i32.const 0 i32.const 1 local.get 0 memory.fill i32.const 0');
    assert.equal((await gasOf(fill, [1_000, 0])) - (await gasOf(fill, [0, 0])), 5_000);
    const copy = await program('i32.const 0 i32.const 1 local.get 0 memory.copy i32.const 0');
    assert.equal((await gasOf(copy, [1_000, 0])) - (await gasOf(copy, [0, 0])), 5_000);
    const grow = await program('local.get 0 memory.grow');
    assert.equal((await gasOf(grow, [2, 0])) - (await gasOf(grow, [1, 0])), 1_000 + 77);
    const locals = await program('call $f', `(func $f (result i32) ${'(local i64) '.repeat(100)} i32.const 1)`);
    assert.equal(await gasOf(locals), 2 + 200 + 2);
    const table = await program(`block local.get 0 br_table ${'0 '.repeat(101)} end i32.const 1`);
    assert.equal(await gasOf(table), 3 + 303 + 2);
  });

  it('wasmtime #14203, #14204: nothing runs that is not paid for, such as a start function', async () => {
    const memory = '(memory (export "memory") 1)';
    assert.equal(await refusalOf(`(module ${memory} (func $f) (start $f))`), 'start-not-allowed');
    assert.equal(
      await refusalOf(`(module ${memory} (global i32 (i32.add (i32.const 1) (i32.const 2))))`),
      'unsupported',
    );
    assert.equal(await refusalOf(`(module ${memory} (data (i32.const 65536) "x"))`), 'invalid');
    assert.equal(
      await refusalOf('(module (memory (export "memory") 1) (table 1 funcref) (elem (i32.const 1) $f) (func $f))'),
      'invalid',
    );
  });

  it('CWA-2024-004: a module instrumented under old prices is never used under new ones', async () => {
    const bytes = moduleWithBody((writer) => {
      writer.u32(0);
      writer.opcode(Op.end);
    });
    for (const strategy of strategies) {
      if (strategy === 'none') continue;
      const [cheap, dear, again] = [1, 2, 1].map(
        (end) => instrumentBytes(bytes, { costs: costsOf({ end }), strategy }).bytes,
      );
      assert.notDeepEqual(cheap, dear);
      assert.deepEqual(cheap, again);
    }
    const [one, ten] = [1, 10].map((weight) => program('i32.const 1', '', { weightOf: () => weight }));
    assert.deepEqual(
      [await gasOf(await (one as Promise<FuzzRun>)), await gasOf(await (ten as Promise<FuzzRun>))],
      [2, 20],
    );
  });

  describe('modules that take long to compile', () => {
    it('CWA-2023-004: signatures, locals and tables of labels beyond a limit are refused', async () => {
      const memory = '(memory (export "memory") 1)';
      assert.equal(await refusalOf(`(module ${memory} (func (param ${'i64 '.repeat(33)})))`), 'limit-exceeded');
      assert.equal(await refusalOf(`(module ${memory} (func (local ${'i64 '.repeat(1_025)})))`), 'limit-exceeded');
      const bomb = `(func (local ${'i64 '.repeat(1_000)}) ${'block end '.repeat(5_001)}) `.repeat(2);
      assert.equal(await refusalOf(`(module ${memory} ${bomb})`), 'limit-exceeded');
    });

    it('ewasm-metering, NEAR #15764: instrumenting many blocks takes linear time and space', () => {
      const instrumented = (blocks: number): { readonly seconds: number; readonly bytes: number } => {
        const bytes = moduleWithBody((writer) => {
          writer.u32(0);
          for (let i = 0; i < blocks; i += 1)
            writer.bytes(new Uint8Array([Op.block, 0x40, Op.i32Const, 1, Op.brIf, 0, Op.end]));
          writer.opcode(Op.end);
        });
        const start = process.cpuUsage();
        for (const strategy of strategies) instrumentBytes(bytes, { strategy });
        const seconds = process.cpuUsage(start).user / 1e6;
        return { seconds, bytes: instrumentBytes(bytes, { strategy: 'global' }).bytes.length / blocks };
      };
      instrumented(2_000);
      const [few, many] = [instrumented(2_000), instrumented(16_000)];
      // Eight times the work: quadratic time would be sixty-four.
      assert.ok(many.seconds < 24 * few.seconds + 0.2, `${few.seconds} s and ${many.seconds} s`);
      assert.ok(many.bytes < few.bytes * 1.1);
    });
  });

  it('CWA-2023-002, CWA-2022-004, CWA-2025-007: contracts that call each other end at a fixed depth', async () => {
    const source = `(module
      (import "vm_hooks" "contract_address" (func $self (param i32)))
      (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
      (memory (export "memory") 1 1)
      (func (export "user_entrypoint") (param i32) (result i32)
        i32.const 0 call $self
        i32.const 0 i32.const 0 i32.const 0 i32.const 32 i64.const -1 i32.const 64 call $call))`;
    const { call } = await guestWorld(createWasmBackend(), source);
    const first = await call();
    assert.equal(first.status, 'revert');
    assert.deepEqual(await call(), first);
  });

  it('CWA-2021-003, CWA-2025-003, wasmer #4181: a trap shows a number and no text of an engine', async () => {
    const outcomes = [];
    for (const body of ['unreachable', 'nop nop unreachable', 'block loop nop unreachable end end unreachable']) {
      outcomes.push(await (await program(body))([0, 0], 1_000n));
    }
    for (const outcome of outcomes) assert.deepEqual(outcome, { outcome: 'trap 1 gas 1000', hostCalls: [] });
    const { call } = await guestWorld(
      createWasmBackend(),
      '(module (memory (export "memory") 1) (func (export "user_entrypoint") (param i32) (result i32) unreachable))',
    );
    assert.deepEqual(await call(), { status: 'trap', code: 1, gasUsed: AMPLE_GAS });
  });

  it('CWA-2022-001, CWA-2022-003: the same call has the same outcome again, also after a trap in between', async () => {
    const rest = '(global $g (mut i32) (i32.const 0))';
    const body = `global.get $g call $log global.get $g i32.const 1 i32.add global.set $g
      i32.const 100 i32.load call $log i32.const 100 i32.const 7 i32.store
      local.get 0 if unreachable end i32.const 1`;
    const run = await program(body, rest);
    const first = await run([0, 0], GAS);
    await run([1, 0], GAS);
    assert.deepEqual(await run([0, 0], GAS), first);
  });

  it('CWA-2024-008, CWA-2025-004: a failing callee takes the gas it was given and no more', async () => {
    const source = `(module
      (import "vm_hooks" "msg_reentrant" (func $inner (result i32)))
      (import "vm_hooks" "contract_address" (func $self (param i32)))
      (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
      (memory (export "memory") 1 1)
      (func (export "user_entrypoint") (param i32) (result i32)
        call $inner if unreachable end
        i32.const 0 call $self
        i32.const 0 i32.const 0 i32.const 0 i32.const 32 i64.const 50000 i32.const 64 call $call
        i32.eqz))`;
    const { call } = await guestWorld(createWasmBackend(), source);
    const outcome = await call();
    assert.equal(outcome.status, 'success');
    assert.ok(outcome.gasUsed > 50_000n && outcome.gasUsed < 100_000n, `${outcome.gasUsed}`);
  });

  it('CWA-2025-001, CWA-2025-002: no bytes make the instrumenter fail in another way than by refusing them', async () => {
    const bytes = await wat(`(module (memory (export "memory") 1) (table 2 funcref) (elem (i32.const 0) $f)
      (type $t (func (param i32) (result i32)))
      (func $f (export "get") (param i32) (result i32) (local i64)
        local.get 0 if (result i32) loop local.get 0 br_if 0 end i32.const 1 i32.const 0 call_indirect (type $t)
          else i32.const 7 i32.const 9 i32.add end)
      (func (export "main") block block i32.const 1 br_table 0 1 end end) (data (i32.const 8) "abc"))`);
    instrumentBytes(bytes);
    const change = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...strategies),
        (changes, strategy) => {
          const changed = bytes.slice();
          for (const [index, byte] of changes) changed[index] = byte;
          try {
            assert.ok(WebAssembly.validate(instrumentBytes(changed, { strategy }).bytes), 'accepted, so it compiles');
          } catch (error) {
            if (!(error instanceof ModuleRejected)) throw error;
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  describe('the stack limiter', () => {
    it('wasm-utils #82: parameters of an entry point count as those of any function', async () => {
      const module = decodeModule(await wat('(module (func (export "a") (param i32 i64 i32)))'), defaultLimits);
      assert.deepEqual(planStack(module, validateModule(module, defaultLimits)), [3 + 8]);
    });

    it('wasm-utils #141: call_indirect takes its index off the operands', async () => {
      const source = `(module (type $t (func (param i32))) (table 1 funcref)
        (func (export "a") ${'i32.const 1 i32.const 0 call_indirect (type $t) '.repeat(7)}))`;
      const module = decodeModule(await wat(source), defaultLimits);
      // Two operands at a time, 22 instructions.
      assert.deepEqual(planStack(module, validateModule(module, defaultLimits)), [2 + 2 + 8]);
    });

    it('wasm-instrument: a trap inside nested calls leaves the next call its whole budget', async () => {
      const rest = `(func $f (param i32) (result i32) local.get 0 i32.eqz if unreachable end
        local.get 0 i32.const 1 i32.sub call $f)`;
      const run = await program('i32.const 0 call $log local.get 0 if local.get 0 call $f drop end i32.const 1', rest);
      const { hostCalls } = await run([0, 0], GAS);
      for (const depth of [100, 1_000_000, 50]) await run([depth, 0], GAS);
      assert.deepEqual((await run([0, 0], GAS)).hostCalls, hostCalls);
    });

    it('EOSIO/eos #1757: the budget ends at the same call on every machine', async () => {
      const rest = `(func $f (param i32) (result i32) local.get 0 i32.eqz if (result i32) i32.const 5 else
        local.get 0 i32.const 1 i32.sub call $f end)`;
      const run = await program('local.get 0 call $f', rest, { stackWords: 1_000 });
      let deepest = 0;
      while ((await run([deepest + 1, 0], GAS)).outcome.startsWith('success')) deepest += 1;
      // run: 2 parameters, 1 operand, 8; $f: 1 + 2 + 10 instructions / 8 + 8
      assert.equal(deepest, Math.floor((1_000 - 11) / 12) - 1);
      assert.equal(await trapOf(run, [deepest + 1, 0]), 8);
    });
  });

  it('wasmi #1088: gas belongs to the code as it was written, not to what an optimiser makes of it', async () => {
    const plain = await program('i32.const 3');
    const foldable = await program('i32.const 1 i32.const 2 i32.add');
    const dead = await program('i32.const 1 drop i32.const 0 i32.const 5 i32.mul drop i32.const 3');
    assert.deepEqual([await gasOf(plain), await gasOf(foldable), await gasOf(dead)], [2, 4, 8]);
  });

  it('soroban #465: metering is on without being asked for', async () => {
    const { call } = await guestWorld(
      createWasmBackend(),
      '(module (memory (export "memory") 1) (func (export "user_entrypoint") (param i32) (result i32) loop br 0 end i32.const 0))',
    );
    assert.deepEqual(await call(undefined, { gasLimit: 100_000n }), { status: 'trap', code: 7, gasUsed: 100_000n });
  });

  it('finite-wasm #30: programs that differ only in when they pay are told apart', async () => {
    const early = await program('nop nop nop local.get 0 call $log i32.const 1');
    const late = await program('local.get 0 call $log nop nop nop i32.const 1');
    const [first, second] = [await early([0, 0], GAS), await late([0, 0], GAS)];
    assert.deepEqual(first.outcome, second.outcome);
    assert.notDeepEqual(first.hostCalls, second.hostCalls);
    assert.match(second.hostCalls[0] ?? '', new RegExp(`gas ${GAS - 2n - BigInt(HOST)} `));
  });

  it('wasm-instrument, CosmWasm: what a host function sees does not include what comes after the call', async () => {
    const run = await program(`i32.const 0 call $log ${'nop '.repeat(50)} i32.const 1`);
    assert.match((await run([0, 0], GAS)).hostCalls[0] ?? '', new RegExp(`gas ${GAS - 2n - BigInt(HOST)} `));
    // Gas for the call alone is enough to get there.
    assert.equal((await run([0, 0], 2n + BigInt(HOST))).hostCalls.length, 1);
  });

  it('Stylus #4554: functions and blocks with more than one result are refused', async () => {
    const memory = '(memory (export "memory") 1)';
    assert.equal(await refusalOf(`(module ${memory} (func (result i32 i32) i32.const 1 i32.const 2))`), 'unsupported');
    assert.equal(
      await refusalOf(`(module ${memory} (func block (result i32 i32) i32.const 1 i32.const 2 end drop drop))`),
      'unsupported',
    );
  });

  it('takes an index of memory 0 in any number of bytes, which V8 11 does not', async () => {
    const [zero, grown] = [
      [0x80, 0x80, 0],
      [0x41, 1],
    ];
    const code = [
      ...[0x3f, ...zero],
      ...[...grown, 0x40, ...zero, 0x6a],
      ...[0x41, 0, 0x41, 0, 0x41, 8, 0xfc, 10, ...zero, ...zero],
      ...[0x41, 0, 0x41, 7, 0x41, 4, 0xfc, 11, ...zero],
      ...[0x41, 0, 0x28, 2, 0, 0x6a, 0x0b],
    ];
    const text = (name: string): number[] => [name.length, ...Buffer.from(name)];
    const bytes = binary(
      section(1, 2, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 0),
      section(2, 1, ...text('test'), ...text('observe'), 0, 1),
      section(3, 1, 0),
      section(5, 1, 1, 1, 3),
      section(7, 2, ...text('memory'), 2, 0, ...text('run'), 0, 1),
      section(10, 1, code.length + 1, 0, ...code),
    );
    const run = await everyStrategy(bytes, [log], counting);
    assert.equal((await run([0, 0], 10_000_000n)).outcome.split(' ')[0], 'success');
    const main = moduleWithBody((writer) =>
      writer.bytes(new Uint8Array([0, 0x3f, ...zero, 0x40, ...zero, 0x1a, 0x0b])),
    );
    for (const strategy of strategies)
      assert.ok(WebAssembly.validate(instrumentBytes(main, { strategy }).bytes), strategy);
  });
});
