import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits, type ModuleLimits } from '../../metering/format/limits.ts';
import { Op } from '../../metering/format/opcodes.ts';
import { type Strategy, strategies } from '../../metering/plan/strategies.ts';
import { type CodeInstruction, type ModuleCode, readModule } from '../../metering/verify/read-module.ts';
import { wat } from '../support/wat.ts';
import { type GuestOptions, instantiate, instrumentBytes, manyGas, moduleWithBody } from './metered-guest.ts';

const source = `(module
  (type $unused (func (param i64) (result i64)))
  (import "host" "note" (func $note (param i32)))
  (import "host" "read" (func $read (result i32)))
  (table 3 funcref)
  (memory (export "memory") 2)
  (global $kept i64 (i64.const 5)) (global $changed (mut i32) (i32.const 6))
  (export "main" (func $main)) (export "other" (func $main)) (export "table" (table 0)) (export "g" (global $changed))
  (export "then" (func $note))
  (elem (i32.const 0) $main $read $get)
  (data (i32.const 100) "hello")
  (func $main i32.const 1 global.set $changed call $read call $note
    i32.const 0 i32.const 9 i32.const 3 memory.fill i32.const 1 memory.grow drop)
  (func $get (export "get") (param i32) (result i32) (local i64)
    i32.const 0 i32.const 100 i32.const 5 memory.copy
    global.get $changed i32.const 1 call_indirect (result i32) i32.add
    local.get 0 br_if 0
    i32.const 0 i32.load8_u i32.add))`;

const limitsForOutput: ModuleLimits = { ...defaultLimits, functions: 20_000, instructionsPerFunction: 1 << 21 };

async function both(
  strategy: Strategy,
  options: GuestOptions = {},
): Promise<{ before: ModuleCode; after: ModuleCode }> {
  const bytes = await wat(source);
  return { before: readModule(bytes), after: readModule(instrumentBytes(bytes, { strategy, ...options }).bytes) };
}

function touches(instructions: readonly CodeInstruction[], globals: number, functions: number): number {
  const isInjected = ({ opcode, immediate }: CodeInstruction): boolean =>
    ((opcode === Op.globalGet || opcode === Op.globalSet) && Number(immediate) >= globals) ||
    (opcode === Op.call && Number(immediate) >= functions);
  return instructions.filter(isInjected).length;
}

describe('an instrumented module', () => {
  for (const strategy of strategies) {
    it(`keeps every index and all data of the original (${strategy})`, async () => {
      const { before, after } = await both(strategy);
      assert.deepEqual(after.types.slice(0, before.types.length), before.types);
      assert.deepEqual(after.importedFunctions.slice(0, before.importedFunctions.length), before.importedFunctions);
      // The host's own counter is one more import, and moves the functions up.
      const moved = strategy === 'host-call' ? 1 : 0;
      assert.equal(after.importedFunctions.length, before.importedFunctions.length + moved);
      const typesOf = ({ functions }: ModuleCode): number[] => functions.map(({ typeIndex }) => typeIndex);
      assert.deepEqual(typesOf(after).slice(0, before.functions.length), typesOf(before));
      assert.deepEqual(after.table, before.table);
      assert.deepEqual(after.globals, [
        ...before.globals,
        { type: 0x7e, isMutable: true, initial: 0n },
        { type: 0x7f, isMutable: true, initial: defaultLimits.stackWords },
      ]);
      assert.deepEqual(
        after.elements[0]?.functionIndices,
        before.elements[0]?.functionIndices.map((index) =>
          index < before.importedFunctions.length ? index : index + moved,
        ),
      );
      assert.deepEqual(after.data[0]?.bytes, before.data[0]?.bytes);
      assert.equal(after.data[0]?.start, 100);
      // At the function's own index, or where its code has moved to.
      for (const [position, { locals }] of before.functions.entries()) {
        const kept = [after.functions[position], after.functions.at(position - before.functions.length)];
        assert.ok(kept.some((body) => body?.locals.slice(0, locals.length).join() === locals.join()));
      }
    });

    it(`behaves as the original does (${strategy})`, async () => {
      const notes: number[] = [];
      const guest = instantiate(await wat(source), { strategy, note: (value) => notes.push(value) });
      assert.equal(guest.run('get', manyGas, 0).result, 6 + 7 + 'h'.charCodeAt(0));
      assert.equal(guest.run('main', manyGas).hasTrapped, false);
      assert.deepEqual(notes, [7]);
      assert.equal(guest.run('get', manyGas, 1).result, 1 + 7);
      assert.equal(guest.memory.buffer.byteLength, 3 * 65_536);
      guest.reset();
      assert.equal(guest.run('get', manyGas, 1).result, 6 + 7);
    });

    it(`declares the lower maximum of memory (${strategy})`, async () => {
      assert.equal((await both(strategy)).after.memory?.max, defaultLimits.memoryPages);
      assert.equal((await both(strategy, { limits: { memoryPages: 7 } })).after.memory?.max, 7);
    });

    it(`exports entry points and injected items under names of its own hash, and nothing else (${strategy})`, async () => {
      const bytes = await wat(source);
      const { bytes: output, names } = instrumentBytes(bytes, { strategy });
      const prefix = `t${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}_`;
      const all = [
        names.memory,
        names.gas,
        names.stack,
        names.charge,
        names.reset,
        ...Object.values(names.entryPoints),
      ];
      for (const name of all) assert.ok(name?.startsWith(prefix), name);
      assert.deepEqual(Object.keys(names.entryPoints), ['main', 'get']);
      const host = { note: (): void => {}, read: (): number => 0 };
      const metering = { charge: (): void => {} };
      const exported = Object.keys(
        new WebAssembly.Instance(new WebAssembly.Module(output), { host, metering }).exports,
      );
      assert.deepEqual(exported.sort(), all.sort());
    });

    it(`is the same bytes every time (${strategy})`, async () => {
      const bytes = await wat(source);
      assert.deepEqual(instrumentBytes(bytes, { strategy }), instrumentBytes(bytes.slice(), { strategy }));
    });
  }

  it('has other names when one byte of the original differs', async () => {
    const first = await wat('(module (memory (export "memory") 1) (data (i32.const 0) "a"))');
    const second = await wat('(module (memory (export "memory") 1) (data (i32.const 0) "b"))');
    assert.notEqual(instrumentBytes(first).names.gas, instrumentBytes(second).names.gas);
  });

  it('has no custom sections', async () => {
    const plain = await wat('(module (memory (export "memory") 1))');
    const custom = [0, 4, 3, 0x61, 0x62, 0x63];
    const bytes = new Uint8Array([...plain, ...custom]);
    assert.ok(decodeModule(bytes, defaultLimits).sections.some(({ id }) => id === 0));
    assert.equal(readModule(instrumentBytes(bytes).bytes).hasCustom, false);
  });

  it('has guest code that touches nothing injected when it is the unmetered twin', async () => {
    const { before, after } = await both('none');
    for (const [position, { code }] of before.functions.entries()) {
      const plain = ({ opcode, immediate }: CodeInstruction): unknown => [opcode, immediate];
      assert.deepEqual(after.functions[position]?.code.map(plain), code.map(plain));
    }
    const functionCount = before.importedFunctions.length + before.functions.length;
    const count = (module: ModuleCode): number =>
      module.functions
        .slice(0, before.functions.length)
        .reduce((sum, { code }) => sum + touches(code, before.globals.length, functionCount), 0);
    assert.equal(count(after), 0);
    assert.ok(count((await both('global')).after) > 0, 'the count would see a charge');
  });

  it('has no memory.grow, memory.copy or memory.fill left in metered guest code', async () => {
    const { before, after } = await both('global');
    const guestCode = after.functions.slice(0, before.functions.length).flatMap(({ code }) => code);
    const dynamic: readonly number[] = [Op.memoryGrow, Op.memoryCopy, Op.memoryFill];
    assert.equal(guestCode.filter(({ opcode }) => dynamic.includes(opcode)).length, 0);
  });

  it('cannot be given its own counters by a guest that names them by index', async () => {
    const globals = '(global (mut i64) (i64.const 0)) (global (mut i32) (i32.const 0))';
    const steal = (index: number): Promise<Uint8Array> =>
      wat(`(module (memory (export "memory") 1) ${globals} (func (export "main") i64.const 1 global.set ${index}))`);
    assert.ok(instrumentBytes(await steal(0)));
    const stolen = await steal(2);
    assert.throws(() => instrumentBytes(stolen), { name: 'ModuleRejected', code: 'invalid' });
    const call = await wat('(module (memory (export "memory") 1) (func (export "main") call 2))');
    assert.throws(() => instrumentBytes(call), { name: 'ModuleRejected', code: 'invalid' });
  });

  it('is counted in the report', async () => {
    const bytes = await wat('(module (memory (export "memory") 1) (func nop) (func nop i32.const 1 memory.grow drop))');
    const { report, bytes: output } = instrumentBytes(bytes);
    assert.deepEqual(report, {
      originalBytes: bytes.length,
      instrumentedBytes: output.length,
      functionCount: 2,
      instructionCount: 2 + 5,
      canGrow: true,
      chargeCount: 3,
    });
    assert.equal(instrumentBytes(bytes, { strategy: 'none' }).report.chargeCount, 0);
  });
});

describe('instrumentation grows with its input and not faster', () => {
  const limits = {
    ...limitsForOutput,
    nesting: 4096,
    localsPerFunction: 4096,
    mergedValues: 1e9,
    totalMergedValues: 1e9,
    backEdges: 1e9,
  };

  /** Bytes and instructions of the output, beyond those of a module of size 0. */
  async function cost(shape: Shape, size: number): Promise<readonly [bytes: number, instructions: number]> {
    const measure = async (n: number): Promise<readonly [number, number]> => {
      const output = instrumentBytes(await shape(n), { limits }).bytes;
      assert.ok(WebAssembly.validate(output));
      const { functions } = readModule(output);
      return [output.length, functions.reduce((sum, { code }) => sum + code.length, 0)];
    };
    const [bytes, instructions] = await measure(size);
    const [emptyBytes, emptyInstructions] = await measure(0);
    return [bytes - emptyBytes, instructions - emptyInstructions];
  }

  type Shape = (size: number) => Uint8Array | Promise<Uint8Array>;
  const inMain = (body: (size: number) => string): Shape => {
    return (size) => wat(`(module (memory (export "memory") 1) (func (export "main") ${body(size)}))`);
  };
  const shapes: readonly (readonly [name: string, shape: Shape])[] = [
    ['many blocks', inMain((size) => 'i32.const 1 if nop else nop end '.repeat(size))],
    ['many functions', inMain((size) => `) ${'(func (param i32) (local i32) return) '.repeat(size)} (func`)],
    ['a giant br_table', inMain((size) => `i32.const 0 br_table 0 ${'0 '.repeat(size)}`)],
    ['many locals', inMain((size) => (size > 0 ? `(local ${'i32 i64 '.repeat(size)})` : ''))],
    ['many returns', inMain((size) => 'i32.const 1 if return end '.repeat(size))],
    ['many grows', inMain((size) => 'i32.const 1 memory.grow drop '.repeat(size))],
    [
      'deep nesting',
      (size) =>
        moduleWithBody((writer) => {
          writer.byte(0);
          for (let level = 0; level < size; level += 1) writer.bytes(new Uint8Array([0x02, 0x40, 0x03, 0x40]));
          writer.byte(Op.return);
          for (let level = 0; level <= 2 * size; level += 1) writer.byte(Op.end);
        }),
    ],
  ];
  for (const [name, shape] of shapes) {
    it(`for ${name}`, async () => {
      const [bytes, instructions] = await cost(shape, 500);
      const [twiceBytes, twiceInstructions] = await cost(shape, 1000);
      // Indices and sizes in LEB128 take a byte more here and there, and one charge of 11 instructions comes but once.
      assert.ok(twiceBytes > 1.9 * bytes && twiceBytes < 2.1 * bytes, `${bytes} and ${twiceBytes} bytes`);
      assert.ok(2 * instructions - twiceInstructions <= 11, `${instructions} and ${twiceInstructions} instructions`);
      assert.ok(twiceInstructions <= 2 * instructions);
    });
  }
});
