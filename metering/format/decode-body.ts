/**
 * A function body: its local declarations and its instructions up to the `end` that closes it.
 * Spec: https://webassembly.github.io/spec/core/binary/instructions.html
 */
import { decodeBlockType, decodeValueType } from './decode-type.ts';
import { checkLimit, type ModuleLimits } from './limits.ts';
import type { BlockType, FunctionBody, Instruction, ValueType } from './module.ts';
import { ModuleRejected } from './module-rejected.ts';
import { findOpcode, Op, type Opcode } from './opcodes.ts';
import type { Reader } from './reader.ts';
import { describeRefused } from './refused-features.ts';

/** The opcodes of this prefix are one byte and a LEB128 number; the other prefixes are refused as a whole. */
const MISC_PREFIX = 0xfc;

/** `reader` holds exactly the body, past its size field. */
export function decodeBody(reader: Reader, typeIndex: number, limits: ModuleLimits): FunctionBody {
  const offset = reader.offset;
  checkLimit(limits, 'bodyBytes', reader.end - offset, offset);
  const locals = decodeLocals(reader, limits);
  const instructions = decodeInstructions(reader, limits);
  reader.expectEnd('function body');
  return { typeIndex, locals, instructions, offset, end: reader.end };
}

/** Locals come in runs of a count and a type, so that few bytes may declare very many: count before making them. */
function decodeLocals(reader: Reader, limits: ModuleLimits): readonly ValueType[] {
  const locals: ValueType[] = [];
  const runCount = reader.count();
  for (let run = 0; run < runCount; run += 1) {
    const offset = reader.offset;
    const length = reader.u32();
    checkLimit(limits, 'localsPerFunction', locals.length + length, offset);
    const type = decodeValueType(reader);
    for (let index = 0; index < length; index += 1) locals.push(type);
  }
  return locals;
}

function decodeInstructions(reader: Reader, limits: ModuleLimits): readonly Instruction[] {
  const instructions: Instruction[] = [];
  // Blocks that are open, the function's own included.
  let depth = 1;
  while (depth > 0) {
    const instruction = decodeInstruction(reader, limits);
    instructions.push(instruction);
    checkLimit(limits, 'instructionsPerFunction', instructions.length, instruction.offset);
    const { opcode } = instruction;
    if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) {
      depth += 1;
      checkLimit(limits, 'nesting', depth - 1, instruction.offset);
    } else if (opcode === Op.end) {
      depth -= 1;
    }
  }
  return instructions;
}

function decodeInstruction(reader: Reader, limits: ModuleLimits): Instruction {
  const offset = reader.offset;
  const row = decodeOpcode(reader);
  let immediate: number | bigint = 0;
  let labels: readonly number[] | undefined;
  let blockType: BlockType;
  switch (row.immediate) {
    case 'none':
      break;
    case 'block-type':
      blockType = decodeBlockType(reader);
      break;
    case 'label':
    case 'function':
    case 'local':
    case 'global':
      immediate = reader.u32();
      break;
    case 'label-table':
      labels = decodeLabels(reader, limits);
      break;
    case 'type':
      immediate = reader.u32();
      expectZero(reader, reader.u32(), 'table 0', 'multiple tables, reference types');
      break;
    case 'memory-argument':
      immediate = decodeMemoryArgument(reader, row);
      break;
    case 'memory-index':
      expectZero(reader, reader.u32(), 'memory 0', 'multiple memories');
      if (row.code === Op.memoryCopy) expectZero(reader, reader.u32(), 'memory 0', 'multiple memories');
      break;
    case 'i32':
      immediate = reader.s32();
      break;
    case 'i64':
      immediate = reader.s64();
      break;
  }
  return { opcode: row.code, offset, end: reader.offset, immediate, labels, blockType };
}

function decodeOpcode(reader: Reader): Opcode {
  const offset = reader.offset;
  const byte = reader.byte();
  const code = byte === MISC_PREFIX ? decodeSubopcode(reader) : byte;
  const row = findOpcode(code);
  if (row === undefined) {
    throw new ModuleRejected('unsupported', offset, 'an instruction of the integer MVP', describeRefused(code));
  }
  return row;
}

/** Keeps `0xfc00 | subopcode` free of collisions: no proposal has defined a subopcode above 0xff. */
function decodeSubopcode(reader: Reader): number {
  const offset = reader.offset;
  const subopcode = reader.u32();
  if (subopcode > 0xff) {
    throw new ModuleRejected('unsupported', offset, 'an instruction of the integer MVP', `subopcode ${subopcode}`);
  }
  return (MISC_PREFIX << 8) | subopcode;
}

function decodeLabels(reader: Reader, limits: ModuleLimits): readonly number[] {
  const offset = reader.offset;
  const count = reader.count() + 1;
  checkLimit(limits, 'brTableLabels', count, offset);
  return Array.from({ length: count }, () => reader.u32());
}

/** The offset; the alignment is only a hint, so that it is checked here (validation's rule) and not kept. */
function decodeMemoryArgument(reader: Reader, row: Opcode): number {
  const offset = reader.offset;
  const alignment = reader.u32();
  if (alignment >= 0x80) throw new ModuleRejected('malformed', offset, 'an alignment', alignment);
  if (alignment >= 0x40) {
    throw new ModuleRejected('unsupported', offset, 'memory 0', 'a memory index (multiple memories)');
  }
  if (2 ** alignment > row.accessBytes) {
    throw new ModuleRejected('invalid', offset, `alignment <= ${row.accessBytes}`, 2 ** alignment);
  }
  return reader.u32();
}

function expectZero(reader: Reader, value: number, expected: string, proposal: string): void {
  if (value !== 0) throw new ModuleRejected('unsupported', reader.offset, expected, `index ${value} (${proposal})`);
}
