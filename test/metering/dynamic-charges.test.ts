import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { wat } from '../support/wat.ts';
import {
  type GuestOptions,
  instantiate,
  instrumentBytes,
  MeteredGuest,
  manyGas,
  testInterface,
} from './metered-guest.ts';

const grow = '(func (export "get") (param i32) (result i32) local.get 0 memory.grow)';
/** Of the block: local.get and memory.grow. */
const growBlock = 2n;

async function withMemory(limits: string, fields: string, options: GuestOptions = {}): Promise<MeteredGuest> {
  return instantiate(await wat(`(module (memory (export "memory") ${limits}) ${fields})`), options);
}

const bulk = (mnemonic: string): string =>
  `(func (export "get") (param i32) (result i32) i32.const 0 i32.const 1 local.get 0 ${mnemonic} i32.const 6)`;
const bulkBlock = 5n;

describe('memory.grow', () => {
  it('costs its pages, and once those that the module declares', async () => {
    const metered = await withMemory('1', grow);
    for (const [pages, held] of [
      [0, 0],
      [1, 2],
      [0, 0],
      [5, 5],
    ] as const) {
      const before = metered.memory.buffer.byteLength / 65536;
      const run = metered.run('get', manyGas, pages);
      assert.deepEqual([run.result, run.gasUsed], [before, growBlock + BigInt(pages * 1024 + held * 6144)]);
      assert.equal(metered.memory.buffer.byteLength / 65536, before + pages);
    }
  });

  it('stops at the declared maximum, refuses for free, and goes on', async () => {
    const metered = await withMemory('1 3', grow);
    assert.deepEqual(metered.run('get', manyGas, 3).result, -1);
    assert.equal(metered.run('get', manyGas, 3).gasUsed, growBlock);
    assert.equal(metered.run('get', manyGas, 2).result, 1);
    assert.equal(metered.run('get', manyGas, 1).result, -1);
    assert.equal(metered.run('get', manyGas, 0).result, 3);
  });

  it('stops at the limit where the declared maximum is higher or absent', async () => {
    for (const declared of ['1', '1 9']) {
      const metered = await withMemory(declared, grow, { limits: { memoryPages: 4 } });
      assert.equal(metered.run('get', manyGas, 4).result, -1);
      assert.equal(metered.run('get', manyGas, 3).result, 1);
      assert.equal(metered.run('get', manyGas, 1).result, -1);
    }
  });

  it('takes its operand as unsigned', async () => {
    const metered = await withMemory('1', grow);
    for (const pages of [-1, -(2 ** 31), 2 ** 31 - 1, 65_536, -65_536]) {
      const run = metered.run('get', manyGas, pages);
      assert.deepEqual([run.hasTrapped, run.result, run.gasUsed], [false, -1, growBlock], `${pages} pages`);
    }
  });

  it('traps out of gas before it grows', async () => {
    const metered = await withMemory('1', grow);
    const cost = growBlock + 2n * 1024n + 3n * 6144n;
    const short = metered.run('get', cost - 1n, 2);
    assert.deepEqual([short.hasTrapped, short.gasLeft], [true, -1n]);
    assert.equal(metered.memory.buffer.byteLength, 65_536);
    assert.equal(metered.run('get', cost, 2).gasLeft, 0n);
  });

  it('is a host failure, told by the stack budget, when the engine refuses what the rule allows', async () => {
    const source =
      '(module (import "env" "memory" (memory 1 3)) (func (export "get") (param i32) (result i32) local.get 0 memory.grow))';
    const imported = { ...testInterface, memory: { kind: 'imported', module: 'env', name: 'memory' } } as const;
    const instrumented = instrumentBytes(await wat(source), { interface: imported });
    // A memory with a lower maximum links as well, and is full where the module's own rule still allows a page.
    const metered = new MeteredGuest(instrumented, {
      env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }) },
    });
    assert.equal(metered.run('get', manyGas, 1).result, 1);
    const refused = metered.run('get', manyGas, 1);
    assert.deepEqual([refused.hasTrapped, refused.stackLeft], [true, -(2 ** 31)]);
    metered.reset();
    assert.equal(metered.run('get', manyGas, 2).result, -1, 'what the rule refuses is the guest’s');
  });

  it('stays capped and becomes free in the unmetered twin', async () => {
    const metered = await withMemory('1 9', grow, { limits: { memoryPages: 2 }, strategy: 'none' });
    const run = metered.run('get', 0n, 1);
    assert.deepEqual([run.result, run.gasUsed], [1, 0n]);
    assert.equal(metered.run('get', 0n, 1).result, -1);
  });
});

describe('imported memory', () => {
  it('is declared again with the lower maximum', async () => {
    const imported = { ...testInterface, memory: { kind: 'imported', module: 'env', name: 'memory' } } as const;
    const bytes = await wat('(module (import "env" "memory" (memory 2 100)) (func (export "main")))');
    const instrumented = instrumentBytes(bytes, { interface: imported, limits: { memoryPages: 16 } });
    assert.equal(instrumented.names.memory, undefined);
    const link = (maximum: number): MeteredGuest =>
      new MeteredGuest(instrumented, { env: { memory: new WebAssembly.Memory({ initial: 2, maximum }) } });
    assert.equal(link(16).run('main', manyGas).hasTrapped, false);
    assert.throws(() => link(17), WebAssembly.LinkError);
  });
});

for (const mnemonic of ['memory.copy', 'memory.fill']) {
  describe(mnemonic, () => {
    it('costs its bytes', async () => {
      const metered = await withMemory('1', bulk(mnemonic));
      for (const lengthBytes of [0, 1, 65_535]) {
        const run = metered.run('get', manyGas, lengthBytes);
        assert.deepEqual([run.result, run.gasUsed], [6, bulkBlock + BigInt(lengthBytes)]);
      }
    });

    it('is charged before it is found to be out of bounds', async () => {
      const run = (await withMemory('1', bulk(mnemonic))).run('get', manyGas, 65_537);
      assert.deepEqual([run.hasTrapped, run.gasUsed], [true, bulkBlock + 65_537n]);
    });

    it('traps out of gas before it writes', async () => {
      const metered = await withMemory('1', `${bulk(mnemonic)} (data (i32.const 0) "abc")`);
      const short = metered.run('get', bulkBlock + 1n, 2);
      assert.deepEqual([short.hasTrapped, short.gasLeft], [true, -1n]);
      assert.deepEqual([...new Uint8Array(metered.memory.buffer, 0, 3)], [97, 98, 99]);
      assert.equal(metered.run('get', bulkBlock + 2n, 2).gasLeft, 0n);
      const after = mnemonic === 'memory.copy' ? [98, 99, 99] : [1, 1, 99];
      assert.deepEqual([...new Uint8Array(metered.memory.buffer, 0, 3)], after);
    });

    it('takes its length as unsigned, and the heaviest price cannot overflow', async () => {
      const { flatV1 } = await import('../../metering/gas/cost-tables.ts');
      const costs = { ...flatV1, bulkMemoryPerByte: 1 << 20 };
      const gasLimit = 1n << 62n;
      const run = (await withMemory('1', bulk(mnemonic), { costs })).run('get', gasLimit, -1);
      assert.deepEqual([run.hasTrapped, run.gasUsed], [true, bulkBlock + 0xffffffffn * (1n << 20n)]);
    });
  });
}

describe('reset', () => {
  it('brings every mutable global and the stack budget back', async () => {
    const metered = await withMemory(
      '1',
      `(global $a (mut i32) (i32.const -7)) (global $b i32 (i32.const 3)) (global $c (mut i64) (i64.const -9000000000))
       (func (export "get") (param i32) (result i32)
         global.get $a i64.extend_i32_s global.get $c i64.add global.get $b i64.extend_i32_s i64.add
         i64.const -9000000004 i64.eq
         i32.const 100 global.set $a i64.const 100 global.set $c)
       (func $deep (export "main") call $deep)`,
    );
    assert.equal(metered.run('get', manyGas, 0).result, 1);
    assert.equal(metered.run('get', manyGas, 0).result, 0);
    assert.equal(metered.run('main', manyGas).hasTrapped, true);
    assert.ok(metered.stack < 0);
    metered.gas = 77n;
    metered.reset();
    assert.equal(metered.gas, 77n, 'gas is the host’s to set');
    const again = metered.run('get', manyGas, 0);
    assert.deepEqual([again.result, again.stackLeft], [1, 32_768]);
  });
});
