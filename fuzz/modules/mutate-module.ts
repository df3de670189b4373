/**
 * Makes others of a module: what compilers wrote, changed a little. Code is wrapped in loops, blocks become loops, branches
 * are doubled or dropped, constants, operations and callees exchanged, and random statements inserted, between any two
 * instructions. All of it keeps a module valid, or nearly: who calls this has the validator look.
 */
import { callGraph } from '../../metering/flow/call-graph.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import {
  type FunctionBody,
  type FunctionType,
  functionType,
  type Instruction,
  type Module,
} from '../../metering/format/module.ts';
import { Op, opcodeOf, opcodes } from '../../metering/format/opcodes.ts';
import { writeModule } from '../../metering/format/write-module.ts';
import { EMPTY_BLOCK_TYPE, Writer } from '../../metering/format/writer.ts';
import type { Random } from '../random.ts';
import { type Callee, type Label, type Scope, writeStatements } from './statements.ts';

/** An instruction with its bytes, or inserted code that takes and leaves nothing (no opcode). */
interface Piece {
  readonly opcode: number | undefined;
  readonly immediate: number | bigint;
  readonly labels: readonly number[] | undefined;
  readonly hasValue: boolean;
  readonly bytes: Uint8Array;
}

const VARIABLES = 3;
const COUNTERS = 4;
const MOST_FUNCTIONS = 4;
const MOST_CHANGES = 5;
/** How many calls below `run` functions are changed. */
const MOST_DEPTH = 3;

/** Changes functions that `run`, the last function, leads to. @throws ModuleRejected if it could not be read */
export function mutateModule(bytes: Uint8Array, random: Random): Uint8Array {
  const module = decodeModule(bytes, defaultLimits);
  const candidates = reachedFrom(module, module.functions.length - 1);
  const chosen = new Set(Array.from({ length: random.between(1, MOST_FUNCTIONS) }, () => random.pick(candidates)));
  const bodies = module.functions.map((body, position) => {
    if (!chosen.has(position)) return { typeIndex: body.typeIndex, writeBody: copyOf(module, body) };
    return { typeIndex: body.typeIndex, writeBody: mutantOf(module, position, random) };
  });
  const { memory } = module;
  return writeModule(
    {
      ...module,
      importedMemory: undefined,
      functions: bodies,
      memory: memory === undefined ? undefined : { ...memory, maxPages: memory.maxPages ?? memory.minPages + 2 },
      globals: [...module.globals, { type: 'i32', isMutable: true, initial: 5 }],
      passiveData: [],
    },
    bytes.length * 2 + 4_096,
  );
}

function reachedFrom(module: Module, start: number): readonly number[] {
  const { callees } = callGraph(module);
  let reached = new Set([start]);
  for (let depth = 0; depth < MOST_DEPTH; depth += 1) {
    reached = new Set([...reached, ...[...reached].flatMap((position) => callees[position] ?? [])]);
  }
  reached.delete(start);
  return reached.size === 0 ? [start] : [...reached];
}

function copyOf({ bytes }: Module, { offset, end }: FunctionBody): (writer: Writer) => void {
  return (writer) => writer.bytes(bytes.subarray(offset, end));
}

function mutantOf(module: Module, position: number, random: Random): (writer: Writer) => void {
  const body = module.functions[position] as FunctionBody;
  let pieces: readonly Piece[] = body.instructions.map((instruction) => pieceOf(module.bytes, instruction));
  const wraps = random.below(3);
  for (let count = 0; count < wraps; count += 1) pieces = wrapped(pieces, random);
  const changes = random.between(1, MOST_CHANGES);
  for (let count = 0; count < changes; count += 1) pieces = changed(module, pieces, random);
  const inserts = random.between(1, MOST_CHANGES);
  for (let count = 0; count < inserts; count += 1) pieces = inserted(module, position, pieces, random);
  const locals = [...body.locals, ...new Array<'i32'>(VARIABLES + COUNTERS).fill('i32')];
  return (writer) => {
    writer.vector(locals, (type) => {
      writer.u32(1);
      writer.valueType(type);
    });
    for (const piece of pieces) writer.bytes(piece.bytes);
  };
}

function pieceOf(bytes: Uint8Array, { opcode, immediate, labels, blockType, offset, end }: Instruction): Piece {
  return { opcode, immediate, labels, hasValue: blockType !== undefined, bytes: bytes.slice(offset, end) };
}

function written(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer(64);
  write(writer);
  return writer.toBytes();
}

function newPiece(opcode: number, write: (writer: Writer) => void, immediate: number | bigint = 0): Piece {
  const bytes = written((writer) => {
    writer.opcode(opcode);
    write(writer);
  });
  return { opcode, immediate, labels: undefined, hasValue: false, bytes };
}

const opens = (opcode: number | undefined): boolean => opcode === Op.block || opcode === Op.loop || opcode === Op.if;

/** Puts a block without a value, and all in it, into a loop that turns while a global lasts, or into another block. */
function wrapped(pieces: readonly Piece[], random: Random): readonly Piece[] {
  const starts = pieces.flatMap(({ opcode, hasValue }, index) =>
    (opcode === Op.block || opcode === Op.loop) && !hasValue ? [index] : [],
  );
  if (starts.length === 0) return pieces;
  const start = random.pick(starts);
  let depth = 0;
  let end = start;
  for (; end < pieces.length; end += 1) {
    const { opcode } = pieces[end] as Piece;
    if (opens(opcode)) depth += 1;
    else if (opcode === Op.end) depth -= 1;
    if (depth === 0) break;
  }
  const inside: Piece[] = [];
  for (let index = start; index <= end; index += 1) {
    const piece = pieces[index] as Piece;
    inside.push(deeper(piece, depth));
    if (opens(piece.opcode)) depth += 1;
    else if (piece.opcode === Op.end) depth -= 1;
  }
  const opener = newPiece(random.pick([Op.loop, Op.loop, Op.block]), (writer) => writer.byte(EMPTY_BLOCK_TYPE));
  const condition = newPiece(Op.i32Const, (writer) => writer.s32(random.chance(20) ? 1 : 0));
  const back = newPiece(Op.brIf, (writer) => writer.u32(0));
  return [
    ...pieces.slice(0, start),
    opener,
    ...inside,
    condition,
    back,
    newPiece(Op.end, () => {}),
    ...pieces.slice(end + 1),
  ];
}

/** A branch that leads out of the code that is put into one more block. */
function deeper(piece: Piece, depth: number): Piece {
  const moved = (label: number): number => (label >= depth ? label + 1 : label);
  if (piece.opcode === Op.br || piece.opcode === Op.brIf) {
    const label = moved(Number(piece.immediate));
    return newPiece(piece.opcode, (writer) => writer.u32(label), label);
  }
  if (piece.opcode !== Op.brTable) return piece;
  const labels = (piece.labels ?? []).map(moved);
  const table = newPiece(Op.brTable, (writer) => {
    writer.u32(labels.length - 1);
    for (const label of labels) writer.u32(label);
  });
  return { ...table, labels };
}

const alike = new Map<number, readonly number[]>(
  opcodes.map(({ code, operands, results, immediate }) => [
    code,
    opcodes.flatMap((other) =>
      immediate === 'none' &&
      other.immediate === 'none' &&
      operands !== undefined &&
      results.length > 0 &&
      other.operands?.join() === operands.join() &&
      other.results.join() === results.join()
        ? [other.code]
        : [],
    ),
  ]),
);

const interesting = [0, 1, 2, 3, 7, 8, 31, 64, 100, 255, 256, 65_535, 0x7fff_ffff, -1, -2, -8, -0x8000_0000];

/** One instruction becomes another, if the chosen one can. */
function changed(module: Module, pieces: readonly Piece[], random: Random): readonly Piece[] {
  const index = random.below(pieces.length - 1);
  // Most instructions are reads of locals: the next one that there is something to do with.
  for (let at = index; at < Math.min(pieces.length - 1, index + 12); at += 1) {
    const others = changeOf(module, pieces[at] as Piece, random);
    if (others !== undefined) return [...pieces.slice(0, at), ...others, ...pieces.slice(at + 1)];
  }
  return pieces;
}

function changeOf(module: Module, piece: Piece, random: Random): readonly Piece[] | undefined {
  const { opcode, immediate, hasValue } = piece;
  if (opcode === undefined) return undefined;
  switch (opcode) {
    case Op.i32Const: {
      const value = random.chance(60) ? random.pick(interesting) : (Number(immediate) + random.between(-1, 1)) | 0;
      return [newPiece(opcode, (writer) => writer.s32(value), value)];
    }
    case Op.i64Const: {
      const value = random.chance(60) ? BigInt(random.pick(interesting)) : BigInt(immediate) ^ 1n;
      return [newPiece(opcode, (writer) => writer.s64(value), value)];
    }
    case Op.call: {
      const callee = random.pick(ofTheSameType(module, Number(immediate)));
      return [newPiece(opcode, (writer) => writer.u32(callee), callee)];
    }
    case Op.block:
    case Op.loop: {
      if (hasValue) return undefined;
      return [newPiece(opcode === Op.block ? Op.loop : Op.block, (writer) => writer.byte(EMPTY_BLOCK_TYPE))];
    }
    case Op.brIf: {
      if (random.chance(40)) return [newPiece(Op.drop, () => {})];
      const again = newPiece(Op.i32Const, (writer) => writer.s32(random.below(2)));
      return [piece, again, piece];
    }
    case Op.br: {
      const condition = newPiece(Op.i32Const, (writer) => writer.s32(random.below(2)));
      return [condition, newPiece(Op.brIf, (writer) => writer.u32(Number(immediate)), immediate), piece];
    }
    default: {
      const others = alike.get(opcode) ?? [];
      if (others.length < 2 || opcodeOf(opcode).immediate !== 'none') return undefined;
      return [newPiece(random.pick(others), () => {})];
    }
  }
}

function ofTheSameType(module: Module, index: number): readonly number[] {
  const key = ({ params, results }: FunctionType): string => `${params.join()}>${results.join()}`;
  const wanted = key(functionType(module, index));
  const count = module.importedFunctions.length + module.functions.length - 1;
  return Array.from({ length: count }, (_, other) => other).filter(
    (other) => key(functionType(module, other)) === wanted,
  );
}

/** A random statement between two instructions. */
function inserted(module: Module, position: number, pieces: readonly Piece[], random: Random): readonly Piece[] {
  const importCount = module.importedFunctions.length;
  const type = functionType(module, importCount + position);
  const firstLocal = type.params.length + (module.functions[position]?.locals.length ?? 0);
  const at = random.below(pieces.length);
  const own = Array.from({ length: importCount + module.functions.length - 1 }, (_, index) => index);
  // Few of them: a module's functions call each other in few ways.
  const callees = Array.from({ length: 3 }, () => random.pick(own)).map(
    (index): Callee => ({ ...functionType(module, index), index, weight: 1 }),
  );
  const bytes = written((writer) => {
    const scope: Scope = {
      random,
      writer,
      results: type.results,
      locals: upFrom(firstLocal, VARIABLES),
      counters: upFrom(firstLocal + VARIABLES, COUNTERS),
      fuel: module.globals.length,
      labels: labelsAt(pieces, at),
      callees: random.chance(50) ? callees : [],
      tableType: undefined,
      hasMemory: module.memory !== undefined,
      budget: random.between(1, 6),
    };
    writeStatements(scope, 2);
  });
  const piece: Piece = { opcode: undefined, immediate: 0, labels: undefined, hasValue: false, bytes };
  return [...pieces.slice(0, at), piece, ...pieces.slice(at)];
}

function labelsAt(pieces: readonly Piece[], at: number): Label[] {
  const labels: Label[] = [];
  for (const { opcode, hasValue } of pieces.slice(0, at)) {
    if (opens(opcode)) labels.push({ isLoop: opcode === Op.loop, canBranch: !hasValue || opcode === Op.loop });
    else if (opcode === Op.end) labels.pop();
  }
  return labels;
}

function upFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
