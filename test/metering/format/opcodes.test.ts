import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { ModuleRejected } from '../../../metering/format/module-rejected.ts';
import { type Mnemonic, Op, type Opcode, opcodes } from '../../../metering/format/opcodes.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import { Writer } from '../../../metering/format/writer.ts';
import type { CostTable } from '../../../metering/gas/cost-table.ts';
import { flatV1 } from '../../../metering/gas/cost-tables.ts';
import { binary as binaryModule, guest, manyGas, section } from '../metered-guest.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const loads = words(`i32.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load i64.load8_s i64.load8_u
  i64.load16_s i64.load16_u i64.load32_s i64.load32_u`);
const stores = words('i32.store i32.store8 i32.store16 i64.store i64.store8 i64.store16 i64.store32');
const unary = words(`i32.eqz i64.eqz i32.clz i32.ctz i32.popcnt i64.clz i64.ctz i64.popcnt i32.wrap_i64
  i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s`);
const fromI32 = words('i64.extend_i32_s i64.extend_i32_u');
const binary = words(
  'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr',
).flatMap((operation) => [`i32.${operation}`, `i64.${operation}`]);

interface Example {
  readonly mnemonic: string;
  /** Executed by `main`, in this order and each once. */
  readonly executed: readonly string[];
  /** Text with immediates, where it is not just the mnemonics one after the other. */
  readonly text: string;
  /** Added by a dynamic term of `flatV1`. */
  readonly dynamic: number;
}

function example(mnemonic: string, executed: string, text: string = executed, dynamic = 0): Example {
  return { mnemonic, executed: words(executed), text, dynamic };
}

function operation(mnemonic: string, operandTypes: readonly string[], hasResult: boolean): Example {
  const executed = [...operandTypes.map((type) => `${type}.const`), mnemonic, ...(hasResult ? ['drop'] : [])];
  const text = executed.map((each) => (each.endsWith('.const') ? `${each} 1` : each)).join(' ');
  return { mnemonic, executed, text, dynamic: 0 };
}

const typeOf = (mnemonic: string): string => (mnemonic === 'i32.wrap_i64' ? 'i64' : mnemonic.slice(0, 3));

const examples: readonly Example[] = [
  example('unreachable', 'unreachable'),
  example('nop', 'nop'),
  example('block', 'block end'),
  example('loop', 'loop end'),
  example('if', 'i32.const if end', 'i32.const 1 if end'),
  // The first arm falls through its `else` to past the `end`. (The assembler would leave an empty `else` out.)
  example('else', 'i32.const if else', 'i32.const 1 if else nop end'),
  example('end', 'block end'),
  example('br', 'block br', 'block br 0 end'),
  example('br_if', 'block i32.const br_if', 'block i32.const 1 br_if 0 end'),
  example('br_table', 'block i32.const br_table', 'block i32.const 1 br_table 0 0 end', 2),
  example('return', 'return'),
  example('call', 'call end', 'call $empty'),
  example('call_indirect', 'i32.const call_indirect end', 'i32.const 0 call_indirect'),
  example('drop', 'i32.const drop', 'i32.const 1 drop'),
  example('select', 'i64.const i64.const i32.const select drop', 'i64.const 1 i64.const 2 i32.const 1 select drop'),
  example('local.get', 'local.get drop', 'local.get 0 drop'),
  example('local.set', 'i32.const local.set', 'i32.const 1 local.set 0'),
  example('local.tee', 'i32.const local.tee drop', 'i32.const 1 local.tee 0 drop'),
  example('global.get', 'global.get drop', 'global.get 0 drop'),
  example('global.set', 'i32.const global.set', 'i32.const 1 global.set 0'),
  ...loads.map((mnemonic) => example(mnemonic, `i32.const ${mnemonic} drop`, `i32.const 1 ${mnemonic} drop`)),
  ...stores.map((mnemonic) => operation(mnemonic, ['i32', typeOf(mnemonic)], false)),
  example('memory.size', 'memory.size drop'),
  example('memory.grow', 'i32.const memory.grow drop', 'i32.const 2 memory.grow drop', 2 * 1024),
  example(
    'memory.copy',
    'i32.const i32.const i32.const memory.copy',
    'i32.const 0 i32.const 0 i32.const 9 memory.copy',
    9,
  ),
  example(
    'memory.fill',
    'i32.const i32.const i32.const memory.fill',
    'i32.const 0 i32.const 0 i32.const 9 memory.fill',
    9,
  ),
  example('i32.const', 'i32.const drop', 'i32.const -2147483648 drop'),
  example('i64.const', 'i64.const drop', 'i64.const -9223372036854775808 drop'),
  ...unary.map((mnemonic) => operation(mnemonic, [typeOf(mnemonic)], true)),
  ...fromI32.map((mnemonic) => operation(mnemonic, ['i32'], true)),
  ...binary.map((mnemonic) => operation(mnemonic, [typeOf(mnemonic), typeOf(mnemonic)], true)),
];

/** Powers would not fit; distinct multiples of 5000 with distinct remainders make two rows hard to confuse. */
const distinct: CostTable = {
  ...flatV1,
  id: 'distinct',
  instructions: Object.fromEntries(
    examples.map(({ mnemonic }, index) => [mnemonic, 1 + index * 5000 + ((index * 37) % 997)]),
  ) as CostTable['instructions'],
};

/** A function that takes the row's operands as parameters and returns its result. */
function functionOf({ code, immediate, operands, results }: Opcode, alignment: number): Uint8Array {
  const params = operands ?? [];
  const writer = new Writer(128);
  writer.bytes(binaryModule());
  writer.byte(1);
  writer.sized(() => {
    writer.bytes(new Uint8Array([1, 0x60]));
    writer.vector(params, (type) => writer.valueType(type));
    writer.vector(results, (type) => writer.valueType(type));
  });
  writer.bytes(new Uint8Array([...section(3, 1, 0), ...section(5, 1, 0, 1)]));
  writer.byte(10);
  writer.sized(() => {
    writer.u32(1);
    writer.sized(() => {
      writer.u32(0);
      for (const index of params.keys()) writer.bytes(new Uint8Array([Op.localGet, index]));
      writer.opcode(code);
      if (immediate === 'memory-argument') writer.bytes(new Uint8Array([alignment, 0]));
      else if (immediate !== 'none') writer.byte(0);
      if (code === Op.memoryCopy) writer.byte(0);
      writer.byte(Op.end);
    });
  });
  return writer.toBytes();
}

function judge(bytes: Uint8Array): boolean {
  try {
    validateModule(decodeModule(bytes, defaultLimits), defaultLimits);
    return true;
  } catch (error) {
    if (error instanceof ModuleRejected) return false;
    throw error;
  }
}

describe('the opcode table', () => {
  it('has a row for each allowed instruction and no other', () => {
    assert.deepEqual(opcodes.map(({ mnemonic }) => mnemonic).sort(), examples.map(({ mnemonic }) => mnemonic).sort());
    assert.equal(new Set(opcodes.map(({ code }) => code)).size, opcodes.length);
  });

  it('has a weight for each row in flat-v1', () => {
    assert.deepEqual(Object.keys(flatV1.instructions).sort(), opcodes.map(({ mnemonic }) => mnemonic).sort());
  });

  it('types each row as the engine does', () => {
    const typed = opcodes.filter(({ operands }) => operands !== undefined);
    assert.equal(typed.length, 92);
    for (const row of typed) {
      const alignment = Math.log2(Math.max(1, row.accessBytes));
      const bytes = functionOf(row, alignment);
      assert.ok(WebAssembly.validate(bytes), row.mnemonic);
      assert.ok(judge(bytes), row.mnemonic);
      if (row.immediate !== 'memory-argument') continue;
      const misaligned = functionOf(row, alignment + 1);
      assert.ok(!WebAssembly.validate(misaligned), row.mnemonic);
      assert.ok(!judge(misaligned), row.mnemonic);
    }
  });

  for (const costs of [flatV1, distinct]) {
    for (const { mnemonic, executed, text, dynamic } of examples) {
      it(`lets ${mnemonic} run and charges its weight (${costs.id})`, async () => {
        const metered = await guest(
          `(func $empty) (table 1 funcref) (elem (i32.const 0) $empty) (global (mut i32) (i32.const 1))
           (func (export "main") (local i32) ${text})`,
          { costs },
        );
        const leaves = ['return', 'unreachable'].includes(mnemonic);
        // The function's own end is paid for with the block that reaches it; what leaves before does not get there.
        const all = leaves ? executed : [...executed, 'end'];
        const expected = all.reduce((sum, each) => sum + costs.instructions[each as Mnemonic], 1 + dynamic);
        const run = metered.run('main', manyGas);
        assert.equal(run.hasTrapped, mnemonic === 'unreachable');
        assert.equal(run.gasUsed, BigInt(expected));
      });
    }
  }
});
