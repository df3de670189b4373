import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import type { Module } from '../../../metering/format/module.ts';
import { ModuleRejected, type RejectionCode } from '../../../metering/format/module-rejected.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import { wat } from '../../support/wat.ts';
import { binary, moduleWithBody, section } from '../metered-guest.ts';

const realModule = `(module
  (type $t (func (param i32 i64) (result i32)))
  (import "vm_hooks" "read_args" (func $args (param i32)))
  (table 4 8 funcref)
  (memory (export "memory") 1 17)
  (global $g (mut i32) (i32.const -1)) (global i64 (i64.const 0x7fffffffffffffff))
  (export "user_entrypoint" (func $main))
  (elem (i32.const 1) $main $helper)
  (data (i32.const 16) "some bytes")
  (func $helper (type $t) (local i32 i32 i64) local.get 0 i32.const 300000 i32.store offset=70000 local.get 2)
  (func $main (param i32) (result i32)
    block loop local.get 0 br_table 0 1 0 end end
    i32.const 0 call $args
    i32.const 1 i64.const -5 i32.const 2 call_indirect (type $t)
    if (result i32) memory.size else i32.const 0 i32.const 1 i32.const 2 memory.copy i32.const 3 memory.grow end))`;

/** The outcome of the two passes over untrusted bytes; any exception of another class fails the test. */
function judge(bytes: Uint8Array): RejectionCode | 'accepted' {
  try {
    validateModule(decodeModule(bytes, defaultLimits), defaultLimits);
    return 'accepted';
  } catch (error) {
    if (error instanceof ModuleRejected) {
      assert.ok(error.offset >= 0 && error.offset <= bytes.length, error.message);
      return error.code;
    }
    throw error;
  }
}

function decode(bytes: Uint8Array): Module {
  return decodeModule(bytes, defaultLimits);
}

function rejectedAt(bytes: Uint8Array, code: RejectionCode, offset: number): void {
  assert.throws(
    () => decode(bytes),
    (error) => {
      assert.ok(error instanceof ModuleRejected, String(error));
      assert.deepEqual([error.code, error.offset], [code, offset], error.message);
      return true;
    },
  );
}

/** A module with one function whose body is the given bytes; the body's first byte has offset 22. */
function withBody(...body: number[]): Uint8Array {
  return binary(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, 1, body.length, ...body));
}

describe('decoding', () => {
  it('keeps what the module says, with offsets', async () => {
    const bytes = await wat(realModule);
    const module = decode(bytes);
    assert.deepEqual(module.types[0], { params: ['i32', 'i64'], results: ['i32'] });
    assert.deepEqual(
      module.importedFunctions.map(({ module: from, name, typeIndex }) => [from, name, typeIndex]),
      [['vm_hooks', 'read_args', 1]],
    );
    assert.deepEqual(module.memory, { minPages: 1, maxPages: 17 });
    assert.deepEqual(module.table, { minSize: 4, maxSize: 8 });
    assert.deepEqual(
      module.globals.map(({ type, isMutable, initial }) => [type, isMutable, initial]),
      [
        ['i32', true, -1],
        ['i64', false, 0x7fffffffffffffffn],
      ],
    );
    assert.deepEqual(
      module.exports.map(({ name, kind, index }) => [name, kind, index]),
      [
        ['memory', 'memory', 0],
        ['user_entrypoint', 'function', 2],
      ],
    );
    assert.deepEqual(
      module.elements.map(({ tableOffset, functionIndices }) => [tableOffset, functionIndices]),
      [[1, [2, 1]]],
    );
    assert.deepEqual(new TextDecoder().decode(module.dataSegments[0]?.bytes), 'some bytes');
    assert.equal(module.dataSegments[0]?.memoryOffset, 16);
    assert.deepEqual(module.functions[0]?.locals, ['i32', 'i32', 'i64']);
    const constants = module.functions[0]?.instructions.map(({ immediate }) => immediate);
    assert.deepEqual(constants, [0, 300_000, 70_000, 2, 0]);
    for (const { instructions, end } of module.functions) {
      assert.equal(instructions.at(-1)?.end, end);
      for (const { opcode, offset } of instructions) assert.equal(opcode > 0xff ? opcode >> 8 : opcode, bytes[offset]);
    }
    const table = module.functions[1]?.instructions.find(({ labels }) => labels !== undefined);
    assert.deepEqual(table?.labels, [0, 1, 0]);
  });

  it('rejects every truncation of a module that is not itself a module', async () => {
    const bytes = await wat(realModule);
    assert.equal(judge(bytes), 'accepted');
    const accepted: number[] = [];
    for (let length = 0; length < bytes.length; length += 1) {
      if (judge(bytes.subarray(0, length)) === 'accepted') accepted.push(length);
    }
    // Modules too are the header alone, with types, with imports, and everything but the data.
    const sections = decode(bytes).sections;
    const endOf = (id: number): number | undefined => sections.find((section) => section.id === id)?.end;
    assert.deepEqual(accepted, [8, endOf(1), endOf(2), endOf(10)]);
  });

  it('throws nothing but ModuleRejected, and accepts nothing that the engine does not, for any one changed byte', async () => {
    const bytes = await wat(realModule);
    let accepted = 0;
    for (let offset = 0; offset < bytes.length; offset += 1) {
      for (const change of [0x01, 0x80, 0x40, 0xff, 0x7f, 0x10]) {
        const mutant = bytes.slice();
        mutant[offset] = (mutant[offset] ?? 0) ^ change;
        if (judge(mutant) !== 'accepted') continue;
        accepted += 1;
        assert.ok(WebAssembly.validate(mutant), `byte ${offset} ^ ${change}`);
      }
    }
    assert.ok(accepted > 100, `only ${accepted} mutants were left to compare`);
  });

  it('holds for mutations at random', async () => {
    const bytes = await wat(realModule);
    const edit = fc.tuple(fc.nat(bytes.length - 1), fc.nat(3), fc.uint8Array({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let mutant: number[] = [...bytes];
        for (const [offset, removed, added] of edits) {
          mutant = [...mutant.slice(0, offset), ...added, ...mutant.slice(offset + removed)];
        }
        const bytesOfMutant = new Uint8Array(mutant);
        if (judge(bytesOfMutant) === 'accepted') assert.ok(WebAssembly.validate(bytesOfMutant));
      }),
      { numRuns: 2000 },
    );
  });

  it('holds for random bytes behind a header and behind the beginning of a body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        for (const candidate of [bytes, binary([...bytes]), withBody(0, ...bytes, 0x0b)]) {
          if (judge(candidate) === 'accepted') assert.ok(WebAssembly.validate(candidate));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('accepts the empty module', () => {
    assert.equal(judge(binary()), 'accepted');
  });

  it('rejects a component, another version and another magic', () => {
    rejectedAt(new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]), 'malformed', 4);
    rejectedAt(new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x02, 0x00, 0x00, 0x00]), 'malformed', 4);
    rejectedAt(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0x01, 0x00, 0x00, 0x00]), 'malformed', 0);
    rejectedAt(new Uint8Array(), 'malformed', 0);
  });

  it('rejects sections that are unknown, repeated or out of order', () => {
    rejectedAt(binary(section(14)), 'malformed', 8);
    rejectedAt(binary(section(1, 0), section(1, 0)), 'malformed', 11);
    rejectedAt(binary(section(3, 0), section(1, 0)), 'malformed', 11);
    rejectedAt(binary(section(10, 0), section(12, 0)), 'malformed', 11);
    assert.equal(judge(binary(section(9, 0), section(12, 0), section(10, 0), section(11, 0))), 'accepted');
  });

  it('skips custom sections wherever they stand, if their name is UTF-8', () => {
    const custom = section(0, 1, 0x61, 0xff, 0xff);
    assert.equal(judge(binary(custom, section(1, 0), custom, custom, section(3, 0), custom)), 'accepted');
    rejectedAt(binary(section(0, 1, 0xff)), 'malformed', 11);
    rejectedAt(binary(section(0, 5, 0x61)), 'malformed', 11);
    rejectedAt(binary(section(0)), 'malformed', 10);
  });

  it('rejects a section with bytes left over and one that is too long', () => {
    rejectedAt(binary(section(1, 0, 0)), 'malformed', 11);
    rejectedAt(binary([1, 5, 0]), 'malformed', 10);
  });

  it('rejects a count that the bytes cannot back, before it makes room for it', () => {
    rejectedAt(binary(section(1, 0xff, 0xff, 0xff, 0xff, 0x0f)), 'malformed', 10);
    rejectedAt(binary(section(1, 1, 0x60, 5)), 'malformed', 12);
  });

  it('rejects names that are not UTF-8, and keeps a byte order mark', () => {
    const exportNamed = (...name: number[]): Uint8Array =>
      binary(
        section(1, 1, 0x60, 0, 0),
        section(3, 1, 0),
        section(7, 1, name.length, ...name, 0, 0),
        section(10, 1, 2, 0, 0x0b),
      );
    assert.equal(decode(exportNamed(0xef, 0xbb, 0xbf, 0x61)).exports[0]?.name, '\ufeffa');
    assert.equal(decode(exportNamed(0xe2, 0x82, 0xac)).exports[0]?.name, '€');
    for (const name of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80]]) {
      assert.equal(judge(exportNamed(...name)), 'malformed', `${name}`);
      assert.ok(!WebAssembly.validate(exportNamed(...name)));
    }
  });

  it('takes a LEB128 padded up to its longest form and none longer', () => {
    const constant = (...leb: number[]): Uint8Array => withBody(0, 0x41, ...leb, 0x1a, 0x0b);
    const value = (...leb: number[]): unknown => decode(constant(...leb)).functions[0]?.instructions[0]?.immediate;
    assert.equal(value(0x85, 0x80, 0x80, 0x80, 0x00), 5);
    assert.equal(value(0xfb, 0xff, 0xff, 0xff, 0x7f), -5);
    assert.equal(value(0x80, 0x80, 0x80, 0x80, 0x78), -(2 ** 31));
    assert.equal(value(0xff, 0xff, 0xff, 0xff, 0x07), 2 ** 31 - 1);
    assert.equal(value(0x40), -64);
    assert.equal(value(0xc0, 0x00), 64);
    rejectedAt(constant(0x85, 0x80, 0x80, 0x80, 0x80, 0x00), 'malformed', 24);
    for (const last of [0x08, 0x0f, 0x70, 0x77]) rejectedAt(constant(0x80, 0x80, 0x80, 0x80, last), 'malformed', 24);
    for (const last of [0x08, 0x70]) assert.ok(!WebAssembly.validate(constant(0x80, 0x80, 0x80, 0x80, last)));
  });

  it('takes 64-bit constants up to ten bytes', () => {
    const constant = (...leb: number[]): Uint8Array => withBody(0, 0x42, ...leb, 0x1a, 0x0b);
    const value = (...leb: number[]): unknown => decode(constant(...leb)).functions[0]?.instructions[0]?.immediate;
    const nine = (byte: number): number[] => new Array<number>(9).fill(byte);
    assert.equal(value(...nine(0xff), 0x00), 2n ** 63n - 1n);
    assert.equal(value(...nine(0x80), 0x7f), -(2n ** 63n));
    assert.equal(value(0x7f), -1n);
    assert.equal(value(...nine(0x80), 0x00), 0n);
    assert.equal(value(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f), 2n ** 62n - 1n);
    for (const last of [0x01, 0x7e, 0x80]) rejectedAt(constant(...nine(0x80), last, 0x00), 'malformed', 24);
  });

  it('rejects unsigned numbers of more than 32 bits', () => {
    const typeCount = (last: number): Uint8Array => binary(section(1, 0x80, 0x80, 0x80, 0x80, last));
    assert.equal(judge(typeCount(0x00)), 'accepted');
    rejectedAt(typeCount(0x10), 'malformed', 10);
    rejectedAt(typeCount(0x80), 'malformed', 10);
  });

  it('rejects a body without its last end, with bytes after it, and with one end too few', () => {
    rejectedAt(withBody(0), 'malformed', 23);
    rejectedAt(withBody(0, 0x01), 'malformed', 24);
    rejectedAt(withBody(0, 0x02, 0x40, 0x0b), 'malformed', 26);
    rejectedAt(withBody(0, 0x0b, 0x01), 'malformed', 24);
  });

  it('rejects function and code sections that disagree, and a data count that lies', () => {
    const type = section(1, 1, 0x60, 0, 0);
    assert.equal(judge(binary(type, section(3, 1, 0))), 'malformed');
    assert.equal(judge(binary(type, section(10, 1, 2, 0, 0x0b))), 'malformed');
    assert.equal(judge(binary(type, section(3, 2, 0, 0), section(10, 1, 2, 0, 0x0b))), 'malformed');
    const memory = section(5, 1, 0, 1);
    const data = section(11, 1, 0, 0x41, 0, 0x0b, 0);
    assert.equal(judge(binary(memory, section(12, 1), data)), 'accepted');
    assert.equal(judge(binary(memory, section(12, 2), data)), 'malformed');
    assert.equal(judge(binary(memory, section(12, 1))), 'malformed');
  });

  it('rejects an unknown mutability, export kind, import kind, type form and segment flag', () => {
    assert.equal(judge(binary(section(6, 1, 0x7f, 2, 0x41, 0, 0x0b))), 'malformed');
    assert.equal(judge(binary(section(7, 1, 0, 9, 0))), 'malformed');
    assert.equal(judge(binary(section(2, 1, 0, 0, 9, 0))), 'malformed');
    assert.equal(judge(binary(section(1, 1, 0x40, 0, 0))), 'malformed');
    assert.equal(judge(binary(section(9, 1, 8, 0, 0))), 'malformed');
    assert.equal(judge(binary(section(11, 1, 3, 0))), 'malformed');
    assert.equal(judge(binary(section(5, 1, 0x10, 0))), 'malformed');
    assert.equal(judge(binary(section(1, 1, 0x60, 1, 0x00, 0))), 'malformed');
    assert.equal(judge(withBody(0, 0x02, 0x41, 0x0b, 0x0b)), 'malformed');
  });

  it('reads 100,000 nested blocks without recursion', () => {
    const depth = 100_000;
    const bytes = moduleWithBody((writer) => {
      writer.byte(0);
      for (let level = 0; level < depth; level += 1) writer.bytes(new Uint8Array([0x02, 0x40]));
      for (let level = 0; level <= depth; level += 1) writer.byte(0x0b);
    });
    const limits = { ...defaultLimits, nesting: depth, instructionsPerFunction: 3 * depth, bodyBytes: 4 * depth };
    const module = decodeModule(bytes, limits);
    assert.equal(validateModule(module, limits)[0]?.control[0], 2 * depth - 1);
    assert.equal(judge(bytes), 'limit-exceeded');
  });
});
