/** Modules that nothing of may run. */

import { defaultLimits } from '../../metering/format/limits.ts';
import { Op } from '../../metering/format/opcodes.ts';
import { EMPTY_BLOCK_TYPE, Writer } from '../../metering/format/writer.ts';
import { binary, section } from '../metering/metered-guest.ts';
import { refusedBinaries, refusedTexts } from '../support/refused-modules.ts';
import { wat } from '../support/wat.ts';
import type { HostileRow } from './row.ts';

const type = section(1, 1, 0x60, 0, 0);
const entry = '(memory (export "memory") 1 1) (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0))';

/** With an entry point, so that nothing else is wrong with it. */
const text = (fields: string) => () => wat(`(module ${fields} ${entry})`);
const many = (count: number, field: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => field(at)).join('');

/** A module with one function whose body is written, `user_entrypoint` by its type. */
function bodyOf(
  locals: readonly (readonly [count: number, type: number])[],
  write: (writer: Writer) => void,
): () => Uint8Array {
  return () => {
    const writer = new Writer(1 << 16);
    writer.bytes(binary(section(1, 1, 0x60, 1, 0x7f, 1, 0x7f), section(3, 1, 0), section(5, 1, 1, 1, 1)));
    writer.byte(7);
    writer.sized(() => {
      writer.vector(
        [
          ['memory', 2],
          ['user_entrypoint', 0],
        ] as const,
        ([name, kind]) => {
          writer.name(name);
          writer.byte(kind);
          writer.u32(0);
        },
      );
    });
    writer.byte(10);
    writer.sized(() => {
      writer.u32(1);
      writer.sized(() => {
        writer.vector(locals, ([count, valueType]) => {
          writer.u32(count);
          writer.byte(valueType);
        });
        write(writer);
        writer.opcode(Op.i32Const);
        writer.byte(0);
        writer.opcode(Op.end);
      });
    });
    return writer.toBytes();
  };
}

function times(count: number, write: () => void): void {
  for (let left = count; left > 0; left -= 1) write();
}

const malformed: readonly (readonly [id: string, what: string, bytes: () => Uint8Array])[] = [
  ['M1-empty', 'no bytes', () => new Uint8Array(0)],
  ['M1-magic', 'other bytes than the magic ones', () => Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 0, 0, 0)],
  ['M1-version', 'version 2', () => Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0)],
  ['M1-component', 'the header of a component', () => Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)],
  ['M1-header', 'half a header', () => Uint8Array.of(0, 0x61, 0x73, 0x6d)],
  ['M1-truncated', 'a section that is longer than the module', () => binary([1, 100, 1, 0x60, 0, 0])],
  ['M1-leb-cut', 'a number that ends with the module', () => binary([1, 0x80])],
  ['M1-leb-long', 'a number of six bytes', () => binary([1, 0x84, 0x80, 0x80, 0x80, 0x80, 0x00, 0, 0, 0, 0])],
  ['M1-leb-bits', 'a number with bits beyond 32', () => binary([1, 0xff, 0xff, 0xff, 0xff, 0x1f])],
  ['M1-order', 'sections out of order', () => binary(section(3, 0), type)],
  ['M1-double', 'the same section twice', () => binary(type, type)],
  ['M1-rest', 'a section with bytes left over', () => binary(section(1, 1, 0x60, 0, 0, 9))],
  ['M1-random', 'bytes without meaning', () => binary(Array.from({ length: 64 }, (_, at) => (at * 37 + 11) & 0xff))],
  ['M1-code-count', 'more functions than bodies', () => binary(type, section(3, 2, 0, 0), section(10, 1, 2, 0, 0x0b))],
  [
    'M13-utf8',
    'an export whose name is no UTF-8',
    () => binary(type, section(3, 1, 0), section(7, 1, 2, 0xff, 0xfe, 0, 0), section(10, 1, 2, 0, 0x0b)),
  ],
];

const rejected: readonly (readonly [id: string, what: string, ends: string, make: HostileRow['make']])[] = [
  ['M2-module', 'a module of more than a MiB', 'limit-exceeded moduleBytes', () => new Uint8Array((1 << 20) + 1)],
  [
    'M2-custom',
    'a custom section of a MiB',
    'limit-exceeded moduleBytes',
    () => binary([0, 0x80, 0x80, 0x40, 1, 0x61, ...new Uint8Array((1 << 20) - 2)]),
  ],
  ['M3-gzip', 'a compressed module', 'malformed', () => Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)],
  ['M4-locals', '50,000 locals in three bytes', 'limit-exceeded localsPerFunction', bodyOf([[50_000, 0x7f]], () => {})],
  [
    'M4-all-locals',
    'the most locals of a 32-bit count',
    'limit-exceeded localsPerFunction',
    bodyOf(
      [
        [2 ** 32 - 1, 0x7f],
        [2 ** 32 - 1, 0x7e],
      ],
      () => {},
    ),
  ],
  [
    'M4-bomb',
    'locals times branches',
    'limit-exceeded mergedValues',
    bodyOf([[255, 0x7f]], (writer) => {
      writer.opcode(Op.block);
      writer.byte(EMPTY_BLOCK_TYPE);
      times(2_000, () => {
        writer.opcode(Op.i32Const);
        writer.byte(0);
        writer.opcode(Op.brIf);
        writer.u32(0);
      });
      writer.opcode(Op.end);
    }),
  ],
  [
    'M5-nesting',
    '20,000 blocks in each other',
    'limit-exceeded nesting',
    bodyOf([], (writer) => {
      times(20_000, () => {
        writer.opcode(Op.block);
        writer.byte(EMPTY_BLOCK_TYPE);
      });
      times(20_000, () => writer.opcode(Op.end));
    }),
  ],
  [
    'M6-br-table',
    'a br_table of 65,520 labels',
    'limit-exceeded brTableLabels',
    bodyOf([], (writer) => {
      writer.opcode(Op.block);
      writer.byte(EMPTY_BLOCK_TYPE);
      writer.opcode(Op.i32Const);
      writer.byte(0);
      writer.opcode(Op.brTable);
      writer.u32(65_520);
      times(65_521, () => writer.u32(0));
      writer.opcode(Op.end);
    }),
  ],
  [
    'M6-br-claim',
    'a br_table that claims 2^32 - 1 labels',
    'malformed',
    bodyOf([], (writer) => {
      writer.opcode(Op.i32Const);
      writer.byte(0);
      writer.opcode(Op.brTable);
      writer.u32(2 ** 32 - 1);
    }),
  ],
  [
    'M7-body',
    'a body of more than 256 KiB',
    'limit-exceeded bodyBytes',
    bodyOf([], (writer) => times((256 << 10) + 1, () => writer.opcode(Op.nop))),
  ],
  [
    'M7-instructions',
    'more than 131,072 instructions in one block',
    'limit-exceeded instructionsPerFunction',
    bodyOf([], (writer) => times(131_073, () => writer.opcode(Op.nop))),
  ],
  [
    'M8-functions',
    'more than 10,000 functions',
    'limit-exceeded functions',
    () =>
      binary(type, [
        3,
        ...leb(3 + defaultLimits.functions + 1),
        ...leb(defaultLimits.functions + 1),
        ...new Uint8Array(defaultLimits.functions + 1),
        0,
      ]),
  ],
  [
    'M8-claim',
    'a type section that claims 2^32 - 1 types',
    'malformed',
    () => binary(section(1, 0xff, 0xff, 0xff, 0xff, 0x0f)),
  ],
  [
    'M8-types',
    'more than 1,024 types',
    'limit-exceeded types',
    text(
      many(1_030, (at) => `(type (func (param ${'i32 '.repeat(at % 30)}) (result i${at % 2 === 0 ? '32' : '64'})))`),
    ),
  ],
  [
    'M8-globals',
    'more than 1,024 globals',
    'limit-exceeded globals',
    text(many(1_030, () => '(global i32 (i32.const 0))')),
  ],
  [
    'M8-exports',
    'more than 1,024 exports',
    'limit-exceeded exports',
    text(many(1_030, (at) => `(func (export "e${at}"))`)),
  ],
  [
    'M8-imports',
    'more than 128 imports',
    'limit-exceeded importedFunctions',
    () => wat(`(module ${many(140, (at) => `(import "vm_hooks" "f${at}" (func))`)} ${entry})`),
  ],
  [
    'M9-params',
    'a signature of 1,000 parameters',
    'limit-exceeded params',
    text(`(type (func (param ${'i64 '.repeat(1_000)})))`),
  ],
  [
    'M9-total',
    'a small signature of 10,000 functions',
    'limit-exceeded totalParams',
    text(many(400, () => `(func (param ${'i64 '.repeat(30)}))`)),
  ],
  ['M11-start', 'a start function', 'start-not-allowed', text('(func $start) (start $start)')],
  [
    'M12-unknown',
    'an import that there is none of',
    'import-not-allowed',
    () => wat(`(module (import "vm_hooks" "launch" (func)) ${entry})`),
  ],
  [
    'M12-type',
    'an import of another type',
    'import-not-allowed',
    () => wat(`(module (import "vm_hooks" "read_args" (func (param i64))) ${entry})`),
  ],
  [
    'M12-module',
    'an import of another module',
    'import-not-allowed',
    () => wat(`(module (import "vm_hooks2" "read_args" (func (param i32))) ${entry})`),
  ],
  [
    'M12-prefix',
    'an import with something before its name',
    'import-not-allowed',
    () => wat(`(module (import "vm_hooks" "arbitrator_forward__read_args" (func (param i32))) ${entry})`),
  ],
  [
    'M12-constructor',
    'constructor.isFrozen, which every plain object leads to',
    'import-not-allowed',
    () => wat(`(module (import "constructor" "isFrozen" (func (param i32) (result i32))) ${entry})`),
  ],
  [
    'M12-function',
    'toString.constructor, which is Function',
    'import-not-allowed',
    () => wat(`(module (import "toString" "constructor" (func (param i32) (result i32))) ${entry})`),
  ],
  [
    'M12-proto',
    '__proto__ of the host module',
    'import-not-allowed',
    () => wat(`(module (import "vm_hooks" "__proto__" (func)) ${entry})`),
  ],
  [
    'M12-nul',
    'a name with NUL behind the right one',
    'import-not-allowed',
    () => wat(`(module (import "vm_hooks" "read_args\\00" (func (param i32))) ${entry})`),
  ],
  [
    'M12-case',
    'a name that differs in case alone',
    'import-not-allowed',
    () => wat(`(module (import "vm_hooks" "Read_Args" (func (param i32))) ${entry})`),
  ],
  [
    'M12-memory',
    'a memory of the host',
    'import-not-allowed',
    () =>
      wat(
        '(module (import "vm_hooks" "memory" (memory 1 1)) (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))',
      ),
  ],
  [
    'M13-double',
    'two exports of one name',
    'invalid',
    () => wat(`(module (func (export "a")) (func (export "a")) ${entry})`),
  ],
  [
    'M13-long',
    'an export with a name of 100 KB',
    'limit-exceeded nameBytes',
    text(`(func (export "${'a'.repeat(100_000)}"))`),
  ],
  [
    'M13-entry',
    'an entry point of another type',
    'export-not-allowed',
    () =>
      wat(
        '(module (memory (export "memory") 1 1) (func (export "user_entrypoint") (param i64) (result i32) (i32.const 0)))',
      ),
  ],
  ['M13-no-entry', 'no entry point', 'export-not-allowed', () => wat('(module (memory (export "memory") 1 1))')],
  [
    'M13-no-memory',
    'no memory',
    'export-not-allowed',
    () => wat('(module (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))'),
  ],
  ['M15-data', 'data beyond the end of memory', 'invalid', text('(data (i32.const 65535) "ab")')],
  ['M15-data-sign', 'data at a negative place', 'invalid', text('(data (i32.const -1) "a")')],
  [
    'M15-elements',
    'functions beyond the end of the table',
    'invalid',
    text('(table 1 1 funcref) (func $f) (elem (i32.const 1) $f)'),
  ],
  [
    'M15-segments',
    'more than 128 data segments',
    'limit-exceeded dataSegments',
    text(many(130, () => '(data (i32.const 0) "a")')),
  ],
  [
    'M15-element-segments',
    'more than 128 element segments',
    'limit-exceeded elementSegments',
    text(`(table 1 1 funcref) (func $f) ${many(130, () => '(elem (i32.const 0) $f)')}`),
  ],
  ['M16-table', 'a table of more than 4,096 functions', 'limit-exceeded tableSize', text('(table 5000 5000 funcref)')],
  ['M16-table-grows', 'a table that may grow to 2^32 - 1', 'success 1', text('(table 1 4294967295 funcref)')],
  [
    'R4-memory',
    'a memory of 65,536 pages from the start',
    'limit-exceeded memoryPages',
    () =>
      wat(
        '(module (memory (export "memory") 65536 65536) (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))',
      ),
  ],
];

function leb(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

export const moduleRows: readonly HostileRow[] = [
  ...malformed.map(([id, what, make]) => ({ id, what, make, ends: 'malformed' })),
  ...rejected.map(([id, what, ends, make]) => ({ id, what, make, ends })),
  ...refusedTexts.map(([fields, code], at) => ({
    id: `M10-text-${at + 1}`,
    what: fields,
    make: () => wat(`(module ${fields})`),
    ends: code,
  })),
  ...refusedBinaries.map(([name, bytes], at) => ({
    id: `M10-bytes-${at + 1}`,
    what: name,
    make: () => bytes,
    ends: 'unsupported',
  })),
];
