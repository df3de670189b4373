import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { ModuleRejected } from '../../../metering/format/module-rejected.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import type { FunctionFacts } from '../../../metering/format/validate-body.ts';
import { wat } from '../../support/wat.ts';
import { binary, section } from '../metered-guest.ts';

function facts(bytes: Uint8Array): readonly FunctionFacts[] {
  return validateModule(decodeModule(bytes, defaultLimits), defaultLimits);
}

/** Agreed upon by this validator and the engine's. */
const valid: readonly string[] = [
  '(func)',
  '(func (result i32) unreachable)',
  '(func (result i32) unreachable unreachable)',
  '(func (result i32) i32.const 1 return)',
  '(func (result i32) i32.const 1 return i64.const 2 drop)',
  '(func (result i32) i64.const 1 i32.const 1 return)',
  '(func unreachable drop drop i32.add drop)',
  '(func unreachable select drop)',
  '(func unreachable i64.const 1 i32.const 0 select drop)',
  '(func unreachable i32.const 0 select i32.eqz drop)',
  '(func (result i64) unreachable i64.const 1 i32.const 0 select)',
  '(func block br 0 end)',
  '(func (result i32) block (result i32) i32.const 1 br 0 end)',
  '(func (result i32) block (result i32) i64.const 9 i32.const 1 br 0 end)',
  '(func (result i32) loop (result i32) i32.const 1 end)',
  '(func loop br 0 end)',
  '(func (result i32) loop (result i32) br 0 end)',
  '(func i32.const 1 if end)',
  '(func (result i32) i32.const 1 if (result i32) i32.const 1 else unreachable end)',
  '(func (result i32) i32.const 1 if (result i32) unreachable else i32.const 1 end)',
  '(func i32.const 0 br_table 0 0)',
  '(func (result i32) i32.const 7 i32.const 0 br_table 0 0)',
  '(func (result i32) block (result i32) i32.const 7 i32.const 0 br_table 0 1 end)',
  '(func block (result i32) block (result i64) unreachable br_table 0 1 1 end drop i32.const 1 end drop)',
  '(func block loop i32.const 0 br_table 0 1 2 end end)',
  '(func (result i32) i32.const 1 i32.const 1 br_if 0)',
  '(func (result i32) unreachable br_if 0)',
  '(func unreachable i32.const 1 br_if 0 i32.const 1 drop)',
  '(func (param i32) (local i64) local.get 1 drop local.get 0 drop i64.const 1 local.set 1 i32.const 1 local.tee 0 drop)',
  '(func call 0)',
  '(table 1 funcref) (func i32.const 0 call_indirect)',
  '(memory 1) (func i32.const 0 i64.load8_s align=1 drop)',
  '(memory 1) (func i32.const 0 i64.load offset=4294967295 align=8 drop)',
  '(memory 0) (data (i32.const 0) "")',
  '(memory 1) (data (i32.const 65536) "")',
  '(memory 1) (data (i32.const 65535) "x")',
  '(memory 1 65536)',
  '(table 2 funcref) (func) (elem (i32.const 2)) (elem (i32.const 0) 0 0) (elem (i32.const 1) 0)',
  '(global (mut i64) (i64.const 1)) (func i64.const 2 global.set 0)',
];

const invalid: readonly string[] = [
  '(func (result i32))',
  '(func i32.const 1)',
  '(func (result i32) i64.const 1)',
  '(func (result i32) i32.const 1 i32.const 2)',
  '(func drop)',
  '(func i32.add drop)',
  '(func i32.const 1 i32.add drop)',
  '(func i32.const 1 i64.const 1 i32.add drop)',
  '(func i64.const 1 i32.const 1 i32.add drop)',
  '(func i32.const 1 i64.extend_i32_s i32.eqz drop)',
  '(func unreachable i64.const 1 i32.eqz drop)',
  '(func unreachable i32.const 1)',
  '(func (result i32) unreachable i64.const 1)',
  '(func i32.const 1 block drop end)',
  '(func i32.const 1 block i32.const 2 i32.add drop end)',
  '(func block i32.const 1 end drop)',
  '(func block (result i32) end drop)',
  '(func block (result i32) i64.const 1 end drop)',
  '(func loop (result i32) i64.const 1 end drop)',
  '(func (result i32) block (result i32) br 0 end)',
  '(func (result i32) block (result i32) i64.const 1 br 0 end)',
  '(func (result i32) br 0)',
  '(func (result i32) return)',
  '(func (result i32) i64.const 1 return)',
  '(func br 1)',
  '(func br 4294967295)',
  '(func i32.const 1 br_if 1)',
  '(func br_if 0)',
  '(func i64.const 1 br_if 0)',
  '(func (result i32) i32.const 1 br_if 0)',
  '(func if end)',
  '(func i64.const 1 if end)',
  '(func i32.const 1 if (result i32) i32.const 1 end drop)',
  '(func i32.const 1 if (result i32) i32.const 1 else i64.const 1 end drop)',
  '(func i32.const 1 if (result i32) i32.const 1 else end drop)',
  '(func i32.const 1 if i32.const 1 else drop end)',
  '(func i32.const 1 if i32.const 1 else nop end)',
  '(func br_table 0)',
  '(func i32.const 1 br_table 0 1)',
  '(func i32.const 1 br_table 1 0)',
  '(func (result i32) block i32.const 1 i32.const 0 br_table 0 1 end i32.const 1)',
  '(func (result i32) block i32.const 1 i32.const 0 br_table 1 0 end i32.const 1)',
  '(func (result i32) block unreachable br_table 1 0 end i32.const 1)',
  '(func (result i32) block unreachable br_table 0 1 end i32.const 1)',
  '(func (result i32) block (result i64) i64.const 1 i32.const 0 br_table 0 1 end drop i32.const 1)',
  '(func (result i32) block (result i64) i32.const 1 i32.const 0 br_table 0 1 end drop i32.const 1)',
  '(func i32.const 1 i64.const 1 i32.const 1 select drop)',
  '(func i32.const 1 i32.const 1 i64.const 1 select drop)',
  '(func (result i64) unreachable i32.const 1 i32.const 0 select)',
  '(func i32.const 1 select drop)',
  '(func local.get 0 drop)',
  '(func (param i32) local.get 1 drop)',
  '(func (param i32) i64.const 1 local.set 0)',
  '(func (param i32) i64.const 1 local.tee 0 drop)',
  '(func (param i32) (local i64) local.get 1 i32.eqz drop)',
  '(func global.get 0 drop)',
  '(global i32 (i32.const 1)) (func i32.const 1 global.set 0)',
  '(global (mut i32) (i32.const 1)) (func i64.const 1 global.set 0)',
  '(global i32 (i64.const 1))',
  '(func call 1)',
  '(func (param i32) call 0)',
  '(func (param i32) i64.const 1 call 0)',
  '(func i32.const 0 call_indirect)',
  '(table 1 funcref) (func i32.const 0 call_indirect (type 7))',
  '(table 1 funcref) (func i64.const 0 call_indirect)',
  '(func i32.const 0 i32.load drop)',
  '(func i32.const 0 memory.grow drop)',
  '(func memory.size drop)',
  '(func i32.const 0 i32.const 0 i32.const 0 memory.copy)',
  '(memory 1) (func i32.const 0 i32.const 0 memory.fill)',
  '(memory 1) (func i64.const 0 i32.load drop)',
  '(memory 1) (func i32.const 0 i32.load align=8 drop)',
  '(memory 1) (func i32.const 0 i32.load8_u align=2 drop)',
  '(memory 1) (func i32.const 0 i32.const 0 i64.store)',
  '(memory 2 1)',
  '(memory 0 65537)',
  '(table 2 1 funcref)',
  '(data (i32.const 0) "x")',
  '(memory 1) (data (i64.const 0) "x")',
  '(func) (elem (i32.const 0) 0)',
  '(table 1 funcref) (elem (i32.const 0) 0)',
  '(table 1 funcref) (func) (elem (i64.const 0) 0)',
  '(export "a" (func 0))',
  '(func) (export "a" (func 1))',
  '(export "a" (memory 0))',
  '(export "a" (table 0))',
  '(global i32 (i32.const 1)) (export "a" (global 1))',
  '(func) (export "a" (func 0)) (export "a" (func 0))',
  '(memory 1) (func) (export "a" (func 0)) (export "a" (memory 0))',
];

/** The engine only finds these at instantiation. */
const outOfBounds: readonly string[] = [
  '(memory 1) (data (i32.const 65536) "x")',
  '(memory 1) (data (i32.const -1) "x")',
  '(memory 1) (data (i32.const 65530) "12345678")',
  '(memory 0) (data (i32.const 1) "")',
  '(table 1 funcref) (func) (elem (i32.const 1) 0)',
  '(table 1 funcref) (func) (elem (i32.const 0) 0 0)',
  '(table 1 funcref) (elem (i32.const -1))',
];

describe('validation', () => {
  for (const fields of valid) {
    it(`accepts ${fields}, and so does the engine`, async () => {
      const bytes = await wat(`(module ${fields})`);
      facts(bytes);
      assert.ok(WebAssembly.validate(bytes));
    });
  }

  for (const fields of invalid) {
    it(`calls ${fields} invalid, and so does the engine`, async () => {
      const bytes = await wat(`(module ${fields})`);
      assert.throws(() => facts(bytes), { name: 'ModuleRejected', code: 'invalid' });
      assert.ok(!WebAssembly.validate(bytes));
    });
  }

  for (const fields of outOfBounds) {
    it(`calls ${fields} invalid, which could not be instantiated`, async () => {
      const bytes = await wat(`(module ${fields})`);
      assert.throws(() => facts(bytes), { name: 'ModuleRejected', code: 'invalid' });
      assert.throws(() => new WebAssembly.Instance(new WebAssembly.Module(bytes)), WebAssembly.RuntimeError);
    });
  }

  it('rejects type indices that no type has, in imports and functions', () => {
    const noTypes = [
      binary(section(2, 1, 1, 0x61, 1, 0x62, 0, 0)),
      binary(section(1, 1, 0x60, 0, 0), section(3, 1, 1), section(10, 1, 2, 0, 0x0b)),
    ];
    for (const bytes of noTypes) assert.throws(() => facts(bytes), { name: 'ModuleRejected', code: 'invalid' });
  });

  it('rejects an else without an if, and a second else', () => {
    for (const code of [
      [0x05, 0x0b],
      [0x02, 0x40, 0x05, 0x0b, 0x0b],
      [0x41, 0, 0x04, 0x40, 0x05, 0x05, 0x0b, 0x0b],
    ]) {
      const bytes = binary(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, 1, code.length + 1, 0, ...code));
      assert.throws(() => facts(bytes), { name: 'ModuleRejected', code: 'invalid' });
      assert.ok(!WebAssembly.validate(bytes));
    }
  });

  it('points at the byte of the instruction', async () => {
    const bytes = await wat('(module (func nop nop i64.const 1 i32.eqz drop))');
    const offset = bytes.lastIndexOf(0x45);
    assert.throws(
      () => facts(bytes),
      (error) => error instanceof ModuleRejected && error.offset === offset && error.actual === 'i64',
    );
  });

  it('finds the end or else of each block', async () => {
    const source = `(module (func
      block
        loop
          i32.const 1
          if nop else nop end
          i32.const 1
          if nop end
        end
      end))`;
    const control = [...(facts(await wat(source))[0]?.control ?? [])];
    const matches = new Map(
      control.map((target, index) => [index, target] as const).filter(([, target]) => target !== 0),
    );
    assert.deepEqual(
      matches,
      new Map([
        [0, 13],
        [1, 12],
        [3, 5],
        [5, 7],
        [9, 11],
      ]),
    );
  });

  it('measures the deepest operand stack that can be reached', async () => {
    const source = `(module
      (func)
      (func i32.const 1 drop i32.const 1 drop)
      (func (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
      (func (result i32) i32.const 1 block (result i32) i32.const 2 i32.const 3 i32.add end i32.add)
      (func unreachable i32.const 1 i32.const 2 i32.const 3 drop drop drop)
      (func i32.const 1 if (result i32) unreachable i32.const 4 i32.const 5 drop else i32.const 1 end drop))`;
    assert.deepEqual(
      facts(await wat(source)).map(({ deepestOperands }) => deepestOperands),
      [0, 1, 2, 3, 0, 1],
    );
  });
});
