import assert from 'node:assert/strict';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { flatV2 } from '../../../metering/gas/cost-tables.ts';
import { type Instrumented, instrument } from '../../../metering/instrument.ts';
import { strategies } from '../../../metering/plan/strategies.ts';
import { markImport, nextImport } from '../../../metering/tracking/block-tracking.ts';
import { wat } from '../../support/wat.ts';

const PAGES = 200;
const END = PAGES * 65_536;

/** Actions by number; data at both ends. */
const GUEST = `(module
  (memory (export "memory") ${PAGES} 256)
  (data (i32.const 8) "at the beginning")
  (data (i32.const ${END - 10}) "at the end")
  (func $store (param $at i32) (i64.store (local.get $at) (i64.const -1)))
  (func (export "run") (param $action i32) (param $at i32)
    (block $grow (block $copy (block $fill (block $trap (block $store (br_table $store $trap $fill $copy $grow (local.get $action)))
      (call $store (local.get $at)) (i32.store8 offset=200 (local.get $at) (i32.const 1)) (return))
      (call $store (local.get $at)) (unreachable))
      (memory.fill (local.get $at) (i32.const 3) (i32.const 20000)) (call $store (i32.const -4)) (return))
      (memory.copy (local.get $at) (i32.const 0) (i32.const 5000)) (memory.fill (i32.const -1) (i32.const 0) (i32.const 9)) (return))
    (drop (memory.grow (i32.const 1))) (call $store (i32.const ${END}))))`;

async function instrumentGuest(strategy: (typeof strategies)[number]): Promise<Instrumented> {
  return instrument(await wat(GUEST), {
    costs: flatV2,
    limits: defaultLimits,
    interface: {
      imports: [],
      entryPoints: [{ name: 'run', params: ['i32', 'i32'], results: [], isRequired: true }],
      memory: { kind: 'exported', name: 'memory' },
    },
    strategy,
    tracksWrites: 'large',
  });
}

/** Every store, one that traps included; what a block is put back by may be written twice. */
const cases: readonly (readonly [what: string, action: number, at: number, blocks: number])[] = [
  ['a store', 0, 5_000_000, 1],
  ['a store and a trap', 1, 5_000_000, 1],
  ['a store across blocks and a trap', 1, 4096 * 900 - 3, 1],
  ['a store over the first data', 1, 8, 1],
  ['a store over the last data', 1, END - 8, 1],
  ['a store that does not fit', 0, END - 3, 1],
  ['a fill, and a store beyond all memory', 2, 300_000, 6],
  ['a copy, and a fill beyond all memory', 3, 4096 * 70, 2],
];

describe('writes to a large memory', () => {
  for (const strategy of strategies) {
    it(`are put back block by block, whatever ends the run (${strategy})`, async () => {
      const instrumented = await instrumentGuest(strategy);
      const { names, bytes, chargeImport } = instrumented;
      assert.equal(instrumented.tracks, 'blocks');
      assert.ok(bytes.length < 20_000, 'what lies between the data is not stored');
      const dirty = new Set<number>();
      const last = END / 4096;
      const imports = {
        [markImport.name]: (address: number, length: number) => {
          for (
            let block = (address >>> 12) >>> 0;
            length > 0 && block <= ((address >>> 0) + (length >>> 0) - 1) / 4096;
            block++
          ) {
            if (block < last) dirty.add(block);
          }
        },
        [nextImport.name]: () => {
          for (const block of dirty) {
            dirty.delete(block);
            return block * 4096;
          }
          return -1;
        },
        [chargeImport?.name ?? 'none']: () => {},
      };
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { [markImport.module]: imports });
      const memory = exports[names.memory as string] as WebAssembly.Memory;
      const initial = new Uint8Array(memory.buffer).slice();
      const run = exports[names.entryPoints['run'] as string] as (action: number, at: number) => void;
      for (const [what, action, at, blocks] of cases) {
        (exports[names.gas] as WebAssembly.Global<'i64'>).value = 1_000_000n;
        try {
          run(action, at);
        } catch (error) {
          assert.ok(error instanceof WebAssembly.RuntimeError);
        }
        assert.equal(dirty.size, blocks, what);
        (exports[names.restore] as () => void)();
        (exports[names.reset] as () => void)();
        assert.equal(Buffer.compare(new Uint8Array(memory.buffer), initial), 0, what);
      }
      (exports[names.gas] as WebAssembly.Global<'i64'>).value = 10_000_000n;
      run(4, 0);
      assert.equal(memory.buffer.byteLength, END + 65_536);
    });
  }
});
