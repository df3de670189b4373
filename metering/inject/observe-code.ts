/**
 * Code that lets the host look on: at every charge of a block, and in the finer form at every value that an instruction
 * leaves. It takes nothing from the counters and changes nothing that the guest could see.
 */
import { type FunctionBody, functionType, type Instruction, type Module, type ValueType } from '../format/module.ts';
import { Op, opcodeOf } from '../format/opcodes.ts';
import type { FunctionFacts } from '../format/validate-body.ts';
import type { Writer } from '../format/writer.ts';
import type { HostImport } from '../host/host-code.ts';

/** `blocks`: each block that is paid for. `values`: what instructions leave on the stack as well, but for constants. */
export type Observes = 'nothing' | 'blocks' | 'values';

/** Guests cannot name them: their imports are on the allow-list. */
export const observeImports: Readonly<Record<'block' | 'i32' | 'i64', HostImport>> = {
  /** Function and offset of the first instruction of the block, which is paid for. */
  block: { module: 'metering', name: 'block', type: { params: ['i32', 'i32'], results: [] } },
  /** Returns the value; the offset is that of the instruction that left it. */
  i32: { module: 'metering', name: 'value32', type: { params: ['i32', 'i32'], results: ['i32'] } },
  i64: { module: 'metering', name: 'value64', type: { params: ['i64', 'i32'], results: ['i64'] } },
};

/** Functions of the instrumented module. The last two are there for `values` alone. */
export interface ObserveIndices {
  readonly block: number;
  readonly values: Readonly<Record<ValueType, number>> | undefined;
}

export function observeImportsOf(observes: Observes): readonly HostImport[] {
  if (observes === 'nothing') return [];
  return observes === 'blocks' ? [observeImports.block] : Object.values(observeImports);
}

/** The guest's global `index`, as an observed form exports it. */
export function observedGlobalName(prefix: string, index: number): string {
  return `${prefix}_global_${index}`;
}

export function writeObservedBlock(writer: Writer, { block }: ObserveIndices, functionIndex: number, at: number): void {
  writer.i32(functionIndex);
  writer.i32(at);
  writer.opcode(Op.call, block);
}

export function writeObservedValue(writer: Writer, type: ValueType, { values }: ObserveIndices, at: number): void {
  if (values === undefined) return;
  writer.i32(at);
  writer.opcode(Op.call, values[type]);
}

/** What each instruction of a body leaves that is told: undefined for those that leave nothing, or what stands in the code. */
export function toldTypes(
  module: Module,
  { selects }: Pick<FunctionFacts, 'selects'>,
  body: FunctionBody,
): (instruction: Instruction, index: number) => ValueType | undefined {
  const { params } = module.types[body.typeIndex] ?? { params: [] };
  const locals = [...params, ...body.locals];
  return ({ opcode, immediate }, index) => {
    switch (opcode) {
      case Op.i32Const:
      case Op.i64Const:
      case Op.localTee:
        return undefined;
      case Op.select:
        return selects.get(index);
      case Op.localGet:
        return locals[Number(immediate)];
      case Op.globalGet:
        return module.globals[Number(immediate)]?.type;
      case Op.call:
        return functionType(module, Number(immediate)).results[0];
      case Op.callIndirect:
        return module.types[Number(immediate)]?.results[0];
      default:
        return opcodeOf(opcode).results?.[0];
    }
  };
}
