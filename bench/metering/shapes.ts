import type { ModuleLimits } from '../../metering/format/limits.ts';
import { Writer } from '../../metering/format/writer.ts';
import { kernelOptions } from './kernel-abi.ts';

/** A family of modules, of any size, that strain one part of the instrumenter. */
export interface Shape {
  readonly name: string;
  /** Writes one function body, without its size. All bodies of a shape have the same length. */
  readonly writeBody: (writer: Writer) => void;
}

/** As for contracts, but for the sums that a module of a megabyte of nothing but this would pass. */
export const shapeLimits: ModuleLimits = {
  ...kernelOptions.limits,
  moduleBytes: 2 << 20,
  totalLocals: 1 << 20,
  totalBrTableLabels: 1 << 20,
  mergedValues: 2 ** 30,
  totalMergedValues: 2 ** 30,
  backEdges: 2 ** 30,
};

/** As many as a function may have. */
const LOCALS = shapeLimits.localsPerFunction;

const EMPTY = 0x40;
const code = {
  block: 2,
  loop: 3,
  if: 4,
  end: 0x0b,
  brIf: 0x0d,
  brTable: 0x0e,
  localGet: 0x20,
  localSet: 0x21,
  i32: 0x41,
};

function repeat(writer: Writer, count: number, bytes: readonly number[]): void {
  const chunk = Uint8Array.from(bytes);
  for (let turn = 0; turn < count; turn++) writer.bytes(chunk);
}

export const shapes: readonly Shape[] = [
  {
    name: 'many-blocks',
    writeBody: (writer) => {
      writer.byte(0);
      repeat(writer, 1500, [code.i32, 0, code.if, EMPTY, code.end, code.i32, 0, code.brIf, 0]);
      writer.byte(code.end);
    },
  },
  {
    name: 'deep-nesting',
    writeBody: (writer) => {
      writer.byte(0);
      for (let tower = 0; tower < 10; tower++) {
        repeat(writer, 120, [code.loop, EMPTY, code.block, EMPTY, code.i32, 0, code.brIf, 1]);
        repeat(writer, 240, [code.end]);
      }
      writer.byte(code.end);
    },
  },
  {
    // Out of 250 loops at once, each of which has a back edge.
    name: 'far-branches',
    writeBody: (writer) => {
      writer.byte(0);
      repeat(writer, 250, [code.loop, EMPTY]);
      for (let branch = 0; branch < 2000; branch++) {
        repeat(writer, 1, [code.i32, 0, code.brIf]);
        writer.u32(250 - (branch % 3));
      }
      repeat(writer, 250, [code.i32, 0, code.brIf, 0, code.end]);
      writer.byte(code.end);
    },
  },
  {
    name: 'giant-br_table',
    writeBody: (writer) => {
      writer.byte(0);
      repeat(writer, 100, [code.block, EMPTY]);
      writer.bytes(Uint8Array.of(code.i32, 0, code.brTable));
      writer.u32(4000);
      for (let label = 0; label <= 4000; label++) writer.u32(label % 101);
      repeat(writer, 101, [code.end]);
    },
  },
  {
    name: 'many-locals',
    writeBody: (writer) => {
      writer.u32(1);
      writer.u32(LOCALS);
      writer.valueType('i32');
      for (let local = 0; local < LOCALS; local++) {
        writer.byte(code.localGet);
        writer.u32(local);
        writer.byte(code.localSet);
        writer.u32(LOCALS - 1 - local);
        if (local % 100 === 0) repeat(writer, 1, [code.i32, 0, code.brIf, 0]);
      }
      writer.byte(code.end);
    },
  },
];

/** A valid module of about `sizeBytes` that the kernels' interface accepts. */
export function makeShape({ writeBody }: Shape, sizeBytes: number): Uint8Array {
  const body = new Writer(1 << 14);
  body.sized(() => writeBody(body));
  const copies = Array.from({ length: Math.max(1, Math.round(sizeBytes / body.toBytes().length)) }, () =>
    body.toBytes(),
  );
  const writer = new Writer(sizeBytes + 1024);
  const section = (id: number, content: () => void): void => {
    writer.byte(id);
    writer.sized(content);
  };
  writer.bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  section(1, () => writer.bytes(Uint8Array.of(2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7e)));
  section(3, () => writer.vector([...copies.map(() => 0), 1], (typeIndex) => writer.u32(typeIndex)));
  section(5, () => writer.bytes(Uint8Array.of(1, 0, 1)));
  section(7, () => {
    writer.u32(2);
    writer.name('memory');
    writer.bytes(Uint8Array.of(2, 0));
    writer.name('run');
    writer.byte(0);
    writer.u32(copies.length);
  });
  section(10, () => {
    writer.u32(copies.length + 1);
    for (const copy of copies) writer.bytes(copy);
    writer.bytes(Uint8Array.of(4, 0, 0x42, 0, code.end));
  });
  return writer.toBytes();
}
