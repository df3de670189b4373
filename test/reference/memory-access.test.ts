import assert from 'node:assert/strict';
import { loads, stores } from '../../engine/reference/memory-access.ts';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import type { ValueType } from '../../metering/format/module.ts';
import { opcodes } from '../../metering/format/opcodes.ts';
import { hashOf, prepareGuest } from '../support/test-guest.ts';
import { wat } from '../support/wat.ts';

const PAGE_BYTES = 65_536;
const STATIC_OFFSET = 3;

/** Bytes with and without their top bit, at the beginning and at the end of the page. */
const DATA = ['\\01\\82\\03\\84\\f5\\06\\87\\78\\ff\\80\\7f\\00', '\\9a\\bc\\de\\f0\\12\\34\\56\\78\\ff\\80\\7f\\81'];
const MEMORY = `(memory (export "memory") 1 1)
  (data (i32.const 0) "${DATA[0]}") (data (i32.const ${PAGE_BYTES - 12}) "${DATA[1]}")`;

const VALUES: Readonly<Record<ValueType, readonly (number | bigint)[]>> = {
  i32: [0, -1, 0x0123_4567, -0x789a_bcde],
  i64: [0n, -1n, 0x0123_4567_89ab_cdefn, -0x7edc_ba98_7654_3210n],
};

const rows = opcodes.filter(({ accessBytes }) => accessBytes > 0);

interface Ending {
  readonly end: string;
  readonly memory: string | undefined;
}

function runInV8(bytes: Uint8Array, args: readonly (number | bigint)[]): Ending {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  try {
    const result = (exports['run'] as (...args: readonly (number | bigint)[]) => unknown)(...args);
    return {
      end: `returned ${result}`,
      memory: hashOf(new Uint8Array((exports['memory'] as WebAssembly.Memory).buffer)),
    };
  } catch (error) {
    assert.equal((error as Error).message, 'memory access out of bounds');
    return { end: 'MemoryOutOfBounds', memory: undefined };
  }
}

describe('reference loads and stores', () => {
  it('have a definition for every opcode that touches memory, of the same width', () => {
    const widths = Object.entries({ ...loads, ...stores }).map(([mnemonic, { widthBytes }]) => [mnemonic, widthBytes]);
    assert.deepEqual(
      new Map(widths as [string, number][]),
      new Map(rows.map(({ mnemonic, accessBytes }) => [mnemonic, accessBytes])),
    );
  });

  for (const { mnemonic, operands = [], results, accessBytes } of rows) {
    it(`does ${mnemonic} like V8, up to the last byte and not beyond`, async () => {
      const params = operands.map((type) => `(param ${type})`).join(' ');
      const gets = operands.map((_, i) => `(local.get ${i})`).join(' ');
      const bytes =
        await wat(`(module ${MEMORY} (func (export "run") ${params} ${results.map((type) => `(result ${type})`)}
        (${mnemonic} offset=${STATIC_OFFSET} ${gets})))`);
      const run = prepareGuest(referenceMachine(), bytes, { type: { params: operands, results } });
      const last = PAGE_BYTES - accessBytes - STATIC_OFFSET;
      const values = operands[1] === undefined ? [[]] : VALUES[operands[1]].map((value) => [value]);
      for (const address of [0, 1, 4, last - 1, last, last + 1, PAGE_BYTES, -1, -STATIC_OFFSET, -0x8000_0000]) {
        for (const value of values) {
          const args = [address, ...value];
          const { end, memory } = run({ args });
          assert.deepEqual({ end, memory }, runInV8(bytes, args), `at ${args}`);
        }
      }
    });
  }
});
