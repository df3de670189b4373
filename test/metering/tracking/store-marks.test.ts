import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { flatV2 } from '../../../metering/gas/cost-tables.ts';
import { instrument } from '../../../metering/instrument.ts';
import { planStoreMarks } from '../../../metering/tracking/store-marks.ts';
import { wat } from '../../support/wat.ts';

const LOCALS = 3;

/** Statements about three i32 locals: assignments, stores through them, and all ways for control to go. */
const statement: fc.Arbitrary<string> = fc.letrec<{ one: string; many: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc
      .tuple(fc.nat(LOCALS - 1), fc.constantFrom(0, 8, 100, 250, 255, 256, 300, 1020))
      .map(([local, offset]) => `(i64.store offset=${offset} (local.get ${local}) (i64.const -1))`),
    fc
      .tuple(fc.nat(LOCALS - 1), fc.nat(60), fc.nat(LOCALS - 1))
      .map(
        ([local, kilobytes, tee]) =>
          `(i32.store8 (local.tee ${tee} (i32.const ${kilobytes * 1024 + 1000})) (local.get ${local}))`,
      ),
    fc
      .tuple(fc.nat(LOCALS - 1), fc.nat(60))
      .map(([local, at]) => `(local.set ${local} (i32.const ${at * 1024 + 900}))`),
    fc
      .tuple(fc.nat(LOCALS - 1), fc.constantFrom(-700, 8, 3000))
      .map(
        ([local, step]) =>
          `(local.set ${local} (i32.and (i32.add (local.get ${local}) (i32.const ${step})) (i32.const 0xefff)))`,
      ),
    fc
      .tuple(fc.nat(7), tie('many'), tie('many'))
      .map(([bit, then, otherwise]) => `(if ${test(bit)} (then ${then}) (else ${otherwise}))`),
    fc
      .tuple(fc.nat(7), tie('many'), tie('many'))
      .map(([bit, before, after]) => `(block ${before} (br_if 0 ${test(bit)}) ${after})`),
    // Each turn of a loop takes one of 12 from a local that all of them share, so that all of them end.
    fc
      .tuple(tie('many'), tie('many'))
      .map(
        ([before, after]) =>
          `(loop ${before} (local.set 4 (i32.add (local.get 4) (i32.const 1))) (br_if 0 (i32.lt_u (local.get 4) (i32.const 12))) ${after})`,
      ),
    fc.nat(7).map((bit) => `(if ${test(bit)} (then (return)))`),
  ),
  many: fc.array(tie('one'), { maxLength: 4 }).map((parts) => parts.join(' ')),
})).one;

function test(bit: number): string {
  return `(i32.and (local.get 3) (i32.const ${1 << bit}))`;
}

function moduleOf(code: string): Promise<Uint8Array> {
  return wat(`(module (memory (export "memory") 1)
    (data (i32.const 5000) "what is there at first")
    (func (export "run") (param i32 i32 i32 i32) (local i32) ${code}))`);
}

async function markedOffsets(code: string): Promise<readonly (number | undefined)[]> {
  const [body] = decodeModule(await moduleOf(code), defaultLimits).functions;
  assert.ok(body);
  return [...planStoreMarks(body).values()];
}

const store = (offset: number, local = 0): string => `(i64.store offset=${offset} (local.get ${local}) (i64.const 1))`;

describe('marks of stores', () => {
  it('stand for the stores through the same local with an offset in the same window', async () => {
    assert.deepEqual(await markedOffsets(store(8) + store(0) + store(255) + store(256) + store(8, 1)), [
      0,
      undefined,
      undefined,
      256,
      0,
    ]);
  });

  it('are made anew where the local has changed, or control may have come another way', async () => {
    const changed = '(local.set 0 (i32.const 9))';
    assert.deepEqual(await markedOffsets(store(0) + changed + store(0)), [0, 0]);
    assert.deepEqual(await markedOffsets(`(if (local.get 1) (then ${store(0)})) ${store(0)}`), [0, 0]);
    assert.deepEqual(await markedOffsets(`(if (local.get 1) (then ${store(0)}) (else ${store(0)}))`), [0, 0]);
    assert.deepEqual(await markedOffsets(`(loop ${store(0)} ${changed} (br_if 0 (local.get 1)))`), [0]);
    assert.deepEqual(await markedOffsets(`${store(0)} (loop ${store(0)} ${changed} (br_if 0 (local.get 1)))`), [0, 0]);
    assert.deepEqual(await markedOffsets(`${store(0)} (loop ${store(0)} (br_if 0 (local.get 1))) ${store(0)}`), [
      0,
      undefined,
      undefined,
    ]);
    assert.deepEqual(await markedOffsets(`${store(0)} (block (br_if 0 (local.get 1)) ${changed}) ${store(0)}`), [0, 0]);
  });

  it('let all of memory be put back, whatever a function does', async () => {
    const property = fc.asyncProperty(
      fc.array(statement, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(60_000), { minLength: 3, maxLength: 3 }),
      fc.nat(255),
      async (statements, pointers, bits) => {
        const instrumented = instrument(await moduleOf(statements.join('\n')), {
          costs: flatV2,
          limits: defaultLimits,
          interface: {
            imports: [],
            entryPoints: [{ name: 'run', params: ['i32', 'i32', 'i32', 'i32'], results: [], isRequired: true }],
            memory: { kind: 'exported', name: 'memory' },
          },
          strategy: 'none',
          tracksWrites: 'all',
        });
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(instrumented.bytes), {});
        const { names } = instrumented;
        const memory = new Uint8Array((exports[names.memory as string] as WebAssembly.Memory).buffer);
        const initial = memory.slice();
        (exports[names.entryPoints['run'] as string] as (...args: number[]) => void)(...pointers, bits);
        (exports[names.restore] as () => void)();
        assert.deepEqual(Buffer.compare(memory, initial), 0);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});
