import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits, type ModuleLimits } from '../../metering/format/limits.ts';
import { type FunctionBody, functionType, type Instruction, type Module } from '../../metering/format/module.ts';
import { Op, opcodeOf } from '../../metering/format/opcodes.ts';

export type Value = number | bigint;

/** A module as people want to see a place in it. */
export class CodeView {
  readonly module: Module;
  readonly #importCount: number;

  constructor(bytes: Uint8Array, limits: ModuleLimits = defaultLimits) {
    this.module = decodeModule(bytes, limits);
    this.#importCount = this.module.importedFunctions.length;
  }

  /** By the offset of one of its instructions. */
  functionAt(offset: number): { readonly index: number; readonly body: FunctionBody } | undefined {
    const position = this.module.functions.findIndex((body) => body.offset <= offset && offset < body.end);
    const body = this.module.functions[position];
    return body && { index: this.#importCount + position, body };
  }

  instructionAt(offset: number): Instruction | undefined {
    return this.functionAt(offset)?.body.instructions.find((instruction) => instruction.offset === offset);
  }

  /** The instructions from there to the end of their basic block; none for an offset that is no instruction's. */
  blockFrom(offset: number): readonly Instruction[] {
    const instructions = this.functionAt(offset)?.body.instructions ?? [];
    const start = instructions.findIndex((instruction) => instruction.offset === offset);
    if (start === -1) return [];
    const length = instructions.slice(start).findIndex(({ opcode }) => opcodeOf(opcode).isBlockEnd);
    return instructions.slice(start, length === -1 ? undefined : start + length + 1);
  }

  /** An import's own name, or what a function is exported as. */
  nameOf(functionIndex: number): string | undefined {
    const imported = this.module.importedFunctions[functionIndex];
    if (imported !== undefined) return `${imported.module}.${imported.name}`;
    return this.module.exports.find(({ kind, index }) => kind === 'function' && index === functionIndex)?.name;
  }

  /** As in the text format, more or less. */
  textOf({ opcode, immediate, labels, blockType }: Instruction): string {
    const { mnemonic, immediate: kind } = opcodeOf(opcode);
    switch (kind) {
      case 'none':
      case 'memory-index':
        return mnemonic;
      case 'block-type':
        return blockType === undefined ? mnemonic : `${mnemonic} (result ${blockType})`;
      case 'label-table':
        return `${mnemonic} ${labels?.join(' ')}`;
      case 'memory-argument':
        return Number(immediate) === 0 ? mnemonic : `${mnemonic} offset=${immediate}`;
      case 'function': {
        const name = this.nameOf(Number(immediate));
        return `${mnemonic} ${immediate}${name === undefined ? '' : ` (${name})`}`;
      }
      default:
        return `${mnemonic} ${immediate}`;
    }
  }

  /** How many operands an instruction takes. */
  operandCount({ opcode, immediate }: Instruction): number {
    if (opcode === Op.call) return functionType(this.module, Number(immediate)).params.length;
    if (opcode === Op.callIndirect) return 1 + (this.module.types[Number(immediate)]?.params.length ?? 0);
    return contextual.get(opcode) ?? opcodeOf(opcode).operands?.length ?? 0;
  }

  /**
   * What the instructions of a block have taken from the stack, as far as it was put there inside the block.
   *
   * @param told What instructions have left, by offset.
   */
  operandsIn(
    block: readonly Instruction[],
    told: ReadonlyMap<number, Value>,
  ): ReadonlyMap<number, readonly (Value | undefined)[]> {
    const stack: (Value | undefined)[] = [];
    const taken = new Map<number, readonly (Value | undefined)[]>();
    for (const instruction of block) {
      const { opcode, offset, immediate } = instruction;
      const count = this.operandCount(instruction);
      const operands = Array.from({ length: count }, () => stack.pop()).reverse();
      taken.set(offset, operands);
      if (opcode === Op.i32Const || opcode === Op.i64Const) stack.push(immediate);
      else if (opcode === Op.localTee) stack.push(operands[0]);
      else if (told.has(offset)) stack.push(told.get(offset));
      else if (opcode === Op.select) stack.push(undefined);
    }
    return taken;
  }
}

/** Of those whose rows do not say. */
const contextual: ReadonlyMap<number, number> = new Map([
  [Op.localSet, 1],
  [Op.localTee, 1],
  [Op.globalSet, 1],
  [Op.drop, 1],
  [Op.select, 3],
  [Op.if, 1],
  [Op.brIf, 1],
  [Op.brTable, 1],
]);
