/** Modules in shapes that are dear to plan or to verify: deep, long, or all of one kind. */
import { Op } from '../../metering/format/opcodes.ts';
import { SectionId } from '../../metering/format/section-id.ts';
import { Writer } from '../../metering/format/writer.ts';

type Code = readonly number[];

const EMPTY = 0x40;
const I32 = 0x7f;
const constant = (value: number): Code => [Op.i32Const, value];
const get = (local: number): Code => [Op.localGet, local];
const countedDown = (local: number): Code => [...get(local), ...constant(1), Op.i32Sub, Op.localTee, local];

function repeated(count: number, code: Code): Code {
  return Array.from({ length: count }, () => code).flat();
}

/** Function index in two bytes at most. */
function call(index: number): Code {
  return index < 128 ? [Op.call, index] : [Op.call, (index & 127) | 128, index >> 7];
}

/** A module of functions (i32) -> (), with i32 locals, and an entry point of the Stylus ABI that calls the first. */
function moduleOf(bodies: readonly Code[], locals: number): Uint8Array {
  const writer = new Writer(1 << 20);
  const section = (id: number, write: () => void): void => {
    writer.byte(id);
    writer.sized(write);
  };
  const body = (code: Code): void =>
    writer.sized(() => writer.bytes(Uint8Array.from([1, locals, I32, ...code, Op.end])));
  const entry = [...get(0), Op.call, 0, ...constant(0)];
  writer.bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  section(SectionId.type, () => writer.bytes(Uint8Array.of(2, 0x60, 1, I32, 0, 0x60, 1, I32, 1, I32)));
  section(SectionId.function, () => writer.vector([...bodies.map(() => 0), 1], (type) => writer.u32(type)));
  section(SectionId.memory, () => writer.bytes(Uint8Array.of(1, 0, 1)));
  section(SectionId.export, () => {
    writer.u32(2);
    writer.name('memory');
    writer.bytes(Uint8Array.of(2, 0));
    writer.name('user_entrypoint');
    writer.byte(0);
    writer.u32(bodies.length);
  });
  section(SectionId.code, () => writer.vector([...bodies, entry], body));
  return writer.toBytes();
}

function copies(count: number, body: Code): readonly Code[] {
  return Array.from({ length: count }, () => body);
}

/** Loops in each other, each with a counter of its own turns behind the others. */
export function nestedLoops(functions: number, depth: number): Uint8Array {
  const head = [Op.loop, EMPTY, ...get(1), ...get(0), Op.i32Add, Op.localSet, 1];
  const tail = [...countedDown(0), Op.brIf, 0, Op.end];
  return moduleOf(copies(functions, [...repeated(depth, head), ...repeated(depth, tail)]), 1);
}

/** Loops in each other that are left at their heads. */
function nestedWhileLoops(functions: number, depth: number): Uint8Array {
  const head = [Op.block, EMPTY, Op.loop, EMPTY, ...countedDown(0), Op.i32Eqz, Op.brIf, 1];
  const tail = [Op.br, 0, Op.end, Op.end];
  return moduleOf(copies(functions, [...repeated(depth, head), ...repeated(depth, tail)]), 1);
}

/** Loops of two iterations in each other, that the code around them pays for. */
function nestedConstantLoops(functions: number, depth: number): Uint8Array {
  const heads = Array.from({ length: depth }, (_, level) => {
    const local = level + 1;
    const loop = [Op.block, EMPTY, Op.loop, EMPTY, ...countedDown(local), Op.i32Eqz, Op.brIf, 1];
    return [...constant(2), Op.localSet, local, ...loop];
  });
  const tail = [Op.br, 0, Op.end, Op.end];
  return moduleOf(copies(functions, [...heads.flat(), ...repeated(depth, tail)]), depth);
}

/** Functions that all can come to each other. */
function ringOfCalls(functions: number): Uint8Array {
  const bodies = Array.from({ length: functions }, (_, position) => [
    ...[...get(0), Op.if, EMPTY, ...get(0), ...constant(1), Op.i32Sub],
    ...[...call((position + 1) % functions), ...constant(0), ...call((position + functions - 1) % functions), Op.end],
  ]);
  return moduleOf(bodies, 1);
}

/** Each has to call the one before it, and can call the next: what the last wants is known when all others have returned. */
export function ladderOfCalls(functions: number): Uint8Array {
  const bodies = Array.from({ length: functions }, (_, position) => [
    ...(position + 1 < functions ? [...get(0), Op.if, EMPTY, ...get(0), ...call(position + 1), Op.end] : []),
    ...(position > 0 ? [...get(0), ...call(position - 1)] : []),
  ]);
  return moduleOf(bodies, 1);
}

/** One after the other, up to the limit of a module's size. */
function manyArms(functions: number, arms: number): Uint8Array {
  const arm = [...get(0), Op.if, EMPTY, ...get(1), ...constant(3), Op.i32Add, Op.localSet, 1, Op.end];
  return moduleOf(copies(functions, repeated(arms, arm)), 1);
}

export const deepModules: readonly (readonly [name: string, make: () => Uint8Array])[] = [
  ['40 functions of 250 nested loops', () => nestedLoops(40, 250)],
  ['40 functions of 120 nested loops left at their heads', () => nestedWhileLoops(40, 120)],
  ['200 functions of 14 nested loops of two iterations', () => nestedConstantLoops(200, 14)],
  ['a ring of 3,000 functions', () => ringOfCalls(3_000)],
  ['a ladder of 9,000 functions', () => ladderOfCalls(9_000)],
  ['1 MB of short arms', () => manyArms(8, 10_900)],
];
