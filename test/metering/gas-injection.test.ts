import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { guest, manyGas } from './metered-guest.ts';

interface Program {
  readonly name: string;
  readonly source: string;
  /** Argument of `get`, its result, and the gas counted by hand on the source. */
  readonly runs: readonly (readonly [argument: number, result: number, gas: bigint])[];
}

const programs: readonly Program[] = [
  {
    name: 'straight-line code',
    source: '(func (export "get") (param i32) (result i32) local.get 0 i32.const 2 i32.mul)',
    runs: [[21, 42, 3n]],
  },
  {
    name: 'zeroed locals',
    source: '(func (export "get") (param i32) (result i32) (local i32 i64 i64) local.get 1)',
    runs: [[9, 0, 3n + 1n]],
  },
  {
    name: 'a block left early and by falling through',
    // get, br_if | const, drop, (end) | const
    source: `(func (export "get") (param i32) (result i32)
      (block local.get 0 br_if 0 i32.const 5 drop) i32.const 8)`,
    runs: [
      [1, 8, 2n + 1n],
      [0, 8, 2n + 2n + 1n],
    ],
  },
  {
    name: 'if with else',
    // get, if | const, const, drop, (else) | const (end) |
    source: `(func (export "get") (param i32) (result i32)
      local.get 0 if (result i32) i32.const 1 i32.const 2 drop else i32.const 3 end)`,
    runs: [
      [1, 1, 2n + 3n],
      [0, 3, 2n + 1n],
    ],
  },
  {
    name: 'if without else',
    source: `(func (export "get") (param i32) (result i32)
      local.get 0 if i32.const 40 local.set 0 end local.get 0)`,
    runs: [
      [1, 40, 2n + 2n + 1n],
      [0, 0, 2n + 1n],
    ],
  },
  {
    name: 'a loop entered by falling through and by branching',
    // (loop) | get, const, sub, tee, br_if | (end) get
    source: `(func (export "get") (param i32) (result i32)
      loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end local.get 0)`,
    runs: [
      [1, 0, 5n + 1n],
      [10, 0, 10n * 5n + 1n],
    ],
  },
  {
    name: 'nested loops',
    source: `(func (export "get") (param i32) (result i32) (local i32 i32)
      loop $outer
        i32.const 3 local.set 1
        loop $inner
          local.get 2 i32.const 1 i32.add local.set 2
          local.get 1 i32.const 1 i32.sub local.tee 1 br_if $inner
        end
        local.get 0 i32.const 1 i32.sub local.tee 0 br_if $outer
      end
      local.get 2)`,
    runs: [[4, 12, 2n + 4n * (2n + 3n * 9n + 5n) + 1n]],
  },
  {
    name: 'br_table, priced per label',
    // get, br_table + 3 labels | ... each target's code ends in a branch of its own or falls through
    source: `(func (export "get") (param i32) (result i32)
      (block (block (block local.get 0 br_table 0 1 2) i32.const 10 return) i32.const 11 return) i32.const 12)`,
    runs: [
      [0, 10, 2n + 3n + 2n],
      [1, 11, 2n + 3n + 2n],
      [2, 12, 2n + 3n + 1n],
      [-1, 12, 2n + 3n + 1n],
    ],
  },
  {
    name: 'return out of nested blocks',
    source: `(func (export "get") (param i32) (result i32)
      block loop local.get 0 if i32.const 6 return end end end i32.const 7)`,
    runs: [
      [1, 6, 2n + 2n],
      [0, 7, 2n + 1n],
    ],
  },
  {
    name: 'a branch to the label of the function, with a value',
    source: `(func (export "get") (param i32) (result i32)
      i32.const 3 local.get 0 br_if 0 drop i32.const 4 br 0)`,
    runs: [
      [1, 3, 3n],
      [0, 4, 3n + 3n],
    ],
  },
  {
    name: 'a value carried out of a block',
    source: `(func (export "get") (param i32) (result i32)
      block (result i32) i32.const 3 local.get 0 br_if 0 drop i32.const 4 end)`,
    runs: [
      [1, 3, 3n],
      [0, 4, 3n + 2n],
    ],
  },
  {
    name: 'calls, direct and through the table',
    source: `(type $t (func (param i32) (result i32))) (table 1 funcref) (elem (i32.const 0) $inc)
      (func $inc (param i32) (result i32) local.get 0 i32.const 1 i32.add)
      (func (export "get") (param i32) (result i32) local.get 0 call $inc i32.const 0 call_indirect (type $t))`,
    runs: [[5, 7, 2n + 3n + 2n + 3n]],
  },
  {
    name: 'an empty function body',
    source: `(func $empty) (func (export "get") (param i32) (result i32) call $empty local.get 0)`,
    runs: [[5, 5, 2n]],
  },
  {
    name: 'dead code',
    source: `(func (export "get") (param i32) (result i32)
      block br 0 i32.const 1 loop br 0 end if nop else nop end unreachable end local.get 0 return nop nop)`,
    runs: [[5, 5, 1n + 2n]],
  },
  {
    name: '64-bit constants and globals',
    source: `(global $g (mut i64) (i64.const -9223372036854775808))
      (func (export "get") (param i32) (result i32)
        global.get $g i64.const 9223372036854775807 i64.add global.set $g global.get $g i64.const -1 i64.eq)`,
    runs: [[0, 1, 7n]],
  },
];

describe('injected gas', () => {
  for (const { name, source, runs } of programs) {
    it(`is what a hand count says for ${name}`, async () => {
      for (const [argument, result, gas] of runs) {
        const metered = await guest(source);
        const run = metered.run('get', manyGas, argument);
        assert.deepEqual([run.hasTrapped, run.result, run.gasUsed], [false, result, gas], `get(${argument})`);
      }
    });

    it(`runs ${name} with exactly its gas and traps with one less`, async () => {
      for (const [argument, result, gas] of runs) {
        const metered = await guest(source);
        const enough = metered.run('get', gas, argument);
        assert.deepEqual([enough.hasTrapped, enough.result, enough.gasLeft], [false, result, 0n]);
        const short = (await guest(source)).run('get', gas - 1n, argument);
        assert.equal(short.hasTrapped, true);
        assert.ok(short.gasLeft < 0n, `gas left is ${short.gasLeft}`);
      }
    });

    it(`is absent from the unmetered twin of ${name}`, async () => {
      for (const [argument, result] of runs) {
        const run = (await guest(source, { strategy: 'none' })).run('get', 0n, argument);
        assert.deepEqual([run.hasTrapped, run.result, run.gasUsed], [false, result, 0n]);
      }
    });
  }

  it('ends a loop without end, at an exact count', async () => {
    const metered = await guest('(func (export "main") loop br 0 end)');
    const run = metered.run('main', 1000n);
    assert.deepEqual([run.hasTrapped, run.gasLeft], [true, -1n]);
  });

  it('does not run any of a block that it cannot pay', async () => {
    const source =
      '(func (export "main") (i32.store (i32.const 0) (i32.const 77)) (i32.store (i32.const 4) (i32.const 78)))';
    const metered = await guest(source);
    assert.equal(metered.run('main', 5n).hasTrapped, true);
    assert.equal(new Uint8Array(metered.memory.buffer)[0], 0);
    assert.equal(metered.run('main', 6n).hasTrapped, false);
    assert.equal(new Uint8Array(metered.memory.buffer)[4], 78);
  });

  it('is exact at every host call', async () => {
    const seen: bigint[] = [];
    const metered = await guest(
      `(import "host" "note" (func $note (param i32)))
       (func (export "main") (local i32)
         i32.const 1 call $note
         i32.const 3 local.set 0
         loop local.get 0 call $note local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end)`,
      { note: () => seen.push(1000n - metered.gas) },
    );
    metered.run('main', 1000n);
    // local + const + call; then const, set | per iteration: get, call | get, const, sub, tee, br_if
    assert.deepEqual(seen, [3n, 7n, 14n, 21n]);
    assert.equal(1000n - metered.gas, 26n);
  });

  it('is taken with the charge function as an unsigned 64-bit amount', async () => {
    const metered = await guest('(func (export "main"))');
    metered.gas = 1n << 62n;
    assert.equal(metered.charge((1n << 40n) + 5n), 0);
    assert.equal(metered.gas, (1n << 62n) - (1n << 40n) - 5n);
    assert.equal(metered.charge(metered.gas), 0);
    assert.equal(metered.gas, 0n);
    assert.equal(metered.charge(1n), 1);
    assert.ok(metered.gas < 0n);
    assert.equal(metered.charge(0n), 1, 'a counter below zero stays there');
    for (const amount of [(1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n]) {
      metered.gas = 12n;
      assert.equal(metered.charge(amount), 1);
      assert.ok(metered.gas < 0n, `no wrap after ${amount}`);
    }
  });

  it('is not taken by the charge function of the unmetered twin', async () => {
    const metered = await guest('(func (export "main"))', { strategy: 'none' });
    metered.gas = 5n;
    assert.equal(metered.charge(100n), 0);
    assert.equal(metered.gas, 5n);
  });
});
