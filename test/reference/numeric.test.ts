import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GuestTrap } from '../../engine/guest-exit.ts';
import { trapName } from '../../engine/outcome.ts';
import { numericOperations, type Value } from '../../engine/reference/numeric.ts';
import { trapCodeOf } from '../../engine/wasm/trap-map.ts';
import type { ValueType } from '../../metering/format/module.ts';
import { type Opcode, opcodes } from '../../metering/format/opcodes.ts';
import { wat } from '../support/wat.ts';

const EDGES: Readonly<Record<ValueType, readonly Value[]>> = {
  i32: [0, 1, 2, 7, 31, 32, 33, 127, 128, 255, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff].flatMap((n) => [n, ~n]),
  i64: [0n, 1n, 2n, 31n, 32n, 63n, 64n, 65n, 128n, 0x8000n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 1n << 32n]
    .concat([(1n << 53n) + 1n, 1n << 62n, (1n << 63n) - 1n])
    .flatMap((n) => [n, ~n]),
};

const ANY: Readonly<Record<ValueType, fc.Arbitrary<Value>>> = {
  i32: fc.integer(),
  i64: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
};

/** The numeric rows: operands only from the stack, and no immediate, access or jump. */
const numericRows = opcodes.filter(
  ({ operands = [], results, immediate, mnemonic }) =>
    operands.length > 0 && results.length === 1 && immediate === 'none' && /^i(?:32|64)\./.test(mnemonic),
);

function moduleText(): string {
  const functions = numericRows.map(({ mnemonic, operands = [], results }) => {
    const params = operands.map((type) => `(param ${type})`).join(' ');
    const gets = operands.map((_, i) => `(local.get ${i})`).join(' ');
    return `(func (export "${mnemonic}") ${params} (result ${results[0]}) (${mnemonic} ${gets}))`;
  });
  return `(module ${functions.join('\n')})`;
}

/** A result, or the name of a trap. */
function outcomeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof GuestTrap) return trapName(error.code);
    if (error instanceof WebAssembly.RuntimeError) return trapName(trapCodeOf(error) ?? assert.fail(error.message));
    throw error;
  }
}

describe('reference numeric instructions', () => {
  let exports: WebAssembly.Exports;

  before(async () => {
    exports = new WebAssembly.Instance(new WebAssembly.Module(await wat(moduleText()))).exports;
  });

  function compare({ mnemonic }: Opcode, left: Value, right: Value): void {
    const expected = outcomeOf(() => (exports[mnemonic] as (a: Value, b: Value) => Value)(left, right));
    const actual = outcomeOf(() => numericOperations[mnemonic]?.apply(left, right));
    assert.ok(Object.is(actual, expected), `${mnemonic} ${left} ${right}: ${actual}, expected ${expected}`);
  }

  it('has a definition for every numeric opcode and for nothing else', () => {
    assert.deepEqual(Object.keys(numericOperations).toSorted(), numericRows.map(({ mnemonic }) => mnemonic).toSorted());
    for (const { mnemonic, operands } of numericRows) {
      assert.equal(numericOperations[mnemonic]?.operandCount, operands?.length, mnemonic);
    }
  });

  for (const row of numericRows) {
    const [first = 'i32', second = first] = row.operands ?? [];
    it(`computes ${row.mnemonic} like V8 on edge values and random ones`, () => {
      for (const left of EDGES[first]) {
        for (const right of EDGES[second]) compare(row, left, right);
      }
      fc.assert(
        fc.property(ANY[first], ANY[second], (left, right) => compare(row, left, right)),
        { numRuns: 50 },
      );
    });
  }
});
