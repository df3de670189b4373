import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import { type FunctionBody, functionType, type Instruction, type Module } from '../../metering/format/module.ts';
import { Op } from '../../metering/format/opcodes.ts';
import { validateModule } from '../../metering/format/validate.ts';
import { writeModule } from '../../metering/format/write-module.ts';
import type { Writer } from '../../metering/format/writer.ts';
import { withoutParts } from '../shrink.ts';

/** Valid modules with less in them: functions that do nothing, then ones without some of their instructions. */
export function* smallerModules(bytes: Uint8Array): Iterable<Uint8Array> {
  const module = decodeModule(bytes, defaultLimits);
  const last = module.functions.length - 1;
  const full = module.functions.flatMap(({ instructions }, at) => (at !== last && instructions.length > 2 ? [at] : []));
  for (const rest of withoutParts(full)) {
    const kept = new Set(rest);
    const emptied = new Set(full.filter((at) => !kept.has(at)));
    yield* ifValid(module, (at) => (emptied.has(at) ? nothing(module, at) : undefined));
  }
  for (const at of full) {
    const { instructions, end } = module.functions[at] as FunctionBody;
    const [inner, final] = [instructions.slice(0, -1), instructions.slice(-1)];
    for (const rest of withoutParts(inner)) {
      const kept = [...rest, ...final];
      yield* ifValid(module, (other) => (other === at ? withOnly(module, at, kept, end) : undefined));
    }
  }
  if (module.dataSegments.length > 0) yield* ifValid({ ...module, dataSegments: [] }, () => undefined);
}

type Body = ((writer: Writer) => void) | undefined;

function* ifValid(module: Module, changed: (position: number) => Body): Iterable<Uint8Array> {
  const functions = module.functions.map(({ typeIndex, offset, end }, at) => {
    const copy = (writer: Writer): void => writer.bytes(module.bytes.subarray(offset, end));
    return { typeIndex, writeBody: changed(at) ?? copy };
  });
  try {
    const memory = module.memory && { ...module.memory, maxPages: module.memory.maxPages ?? module.memory.minPages };
    const parts = { ...module, importedMemory: undefined, memory, functions, passiveData: [] };
    const bytes = writeModule(parts, module.bytes.length + 4_096);
    validateModule(decodeModule(bytes, defaultLimits), defaultLimits);
    yield bytes;
  } catch {
    // Not a module any more.
  }
}

function nothing(module: Module, position: number): Body {
  const [result] = functionType(module, module.importedFunctions.length + position).results;
  return (writer) => {
    writer.u32(0);
    if (result !== undefined) {
      writer.opcode(result === 'i64' ? Op.i64Const : Op.i32Const);
      writer.byte(0);
    }
    writer.opcode(Op.end);
  };
}

function withOnly({ bytes, functions }: Module, position: number, kept: readonly Instruction[], end: number): Body {
  const { offset, instructions } = functions[position] as FunctionBody;
  const first = instructions[0]?.offset ?? end;
  return (writer) => {
    writer.bytes(bytes.subarray(offset, first));
    for (const one of kept) writer.bytes(bytes.subarray(one.offset, one.end));
  };
}
