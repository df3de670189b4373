/**
 * Type-checks one function body with an operand stack and a control stack, one step per instruction.
 * Algorithm: https://webassembly.github.io/spec/core/appendix/algorithm.html
 */
import {
  type BlockType,
  type FunctionBody,
  type FunctionType,
  functionType,
  type Instruction,
  type Module,
  type ValueType,
} from './module.ts';
import { ModuleRejected } from './module-rejected.ts';
import { Op, opcodeOf } from './opcodes.ts';

/** What validation learns about a function. */
export interface FunctionFacts {
  /** The most operands on the stack at once, in words, over the code that can be reached. */
  readonly deepestOperands: number;
  /** What a compiler carries over the edges between basic blocks: summed over them, parameters, locals and operands. */
  readonly mergedValues: number;
  /** The most labels that lead back to the head of one loop. */
  readonly mostBackEdges: number;
  /**
   * By instruction index. For `block` and `loop` the index of the matching `end`; for `if` that of its `else`, or of
   * its `end` where there is no `else`; for `else` that of the `end`. 0 for every other instruction.
   */
  readonly control: Int32Array;
  /** Of each `select` that can be reached, by instruction index, what it leaves. */
  readonly selects: ReadonlyMap<number, ValueType>;
}

/** `undefined` is a value of any type: what code that cannot be reached finds on the stack. */
type Operand = ValueType | undefined;

interface ControlFrame {
  /** The function's own frame has `Op.block`: a branch to it leaves with its result, as from a block. */
  opcode: number;
  readonly blockType: BlockType;
  /** Operands below the frame's own. */
  readonly height: number;
  /** The instruction that waits for the index of its `else` or `end`. */
  openIndex: number;
  /** Whether control can get to the frame's beginning. */
  readonly isEntered: boolean;
  /** Of a loop, the labels that lead back to its head. */
  backEdges: number;
  /** Set by an instruction that never goes on to the next. */
  isUnreachable: boolean;
}

/** @throws ModuleRejected `invalid` */
export function validateBody(module: Module, body: FunctionBody): FunctionFacts {
  const validator = new BodyValidator(module, body);
  body.instructions.forEach((instruction, index) => {
    validator.step(instruction, index);
  });
  const { deepestOperands, mergedValues, mostBackEdges, control, selects } = validator;
  return { deepestOperands, mergedValues, mostBackEdges, control, selects };
}

class BodyValidator {
  deepestOperands = 0;
  mergedValues = 0;
  mostBackEdges = 0;
  readonly control: Int32Array;
  readonly selects = new Map<number, ValueType>();
  readonly #module: Module;
  readonly #functionCount: number;
  readonly #locals: readonly ValueType[];
  readonly #result: BlockType;
  readonly #operands: Operand[] = [];
  readonly #frames: ControlFrame[] = [];
  /** The last of `#frames`. */
  #frame: ControlFrame;
  /** Of the instruction at hand. */
  #offset: number;

  constructor(module: Module, body: FunctionBody) {
    const type = typeAt(module, body.typeIndex);
    this.#module = module;
    this.#functionCount = module.importedFunctions.length + module.functions.length;
    this.#locals = [...type.params, ...body.locals];
    this.#result = type.results[0];
    this.#offset = body.offset;
    this.control = new Int32Array(body.instructions.length);
    this.#frame = this.#openFrame(Op.block, this.#result, -1, true);
  }

  step(instruction: Instruction, index: number): void {
    const { opcode, blockType, labels } = instruction;
    const immediate = Number(instruction.immediate);
    this.#offset = instruction.offset;
    switch (opcode) {
      case Op.unreachable:
        this.#markUnreachable();
        break;
      case Op.if:
        this.#pop('i32');
        this.#open(opcode, blockType, index);
        break;
      case Op.block:
      case Op.loop:
        this.#open(opcode, blockType, index);
        break;
      case Op.else:
        this.#else(index);
        break;
      case Op.end:
        this.#end(index);
        break;
      case Op.br:
        this.#popLabel(immediate);
        this.#markUnreachable();
        break;
      case Op.brIf: {
        this.#pop('i32');
        const label = this.#popLabel(immediate);
        if (label !== undefined) this.#push(label);
        break;
      }
      case Op.brTable:
        this.#pop('i32');
        this.#popLabels(labels ?? []);
        this.#markUnreachable();
        break;
      case Op.return:
        if (this.#result !== undefined) this.#pop(this.#result);
        this.#markUnreachable();
        break;
      case Op.call:
        this.#checkIndex(immediate, this.#functionCount, 'function');
        this.#apply(functionType(this.#module, immediate));
        break;
      case Op.callIndirect:
        this.#checkIndex(0, this.#module.table === undefined ? 0 : 1, 'table');
        this.#checkIndex(immediate, this.#module.types.length, 'type');
        this.#pop('i32');
        this.#apply(typeAt(this.#module, immediate));
        break;
      case Op.drop:
        this.#popAny();
        break;
      case Op.select: {
        this.#pop('i32');
        const second = this.#popAny();
        const first = second === undefined ? this.#popAny() : this.#pop(second);
        const type = second ?? first;
        if (type !== undefined) this.selects.set(index, type);
        this.#push(type);
        break;
      }
      case Op.localGet:
        this.#push(this.#localType(immediate));
        break;
      case Op.localSet:
        this.#pop(this.#localType(immediate));
        break;
      case Op.localTee: {
        const type = this.#localType(immediate);
        this.#pop(type);
        this.#push(type);
        break;
      }
      case Op.globalGet:
        this.#push(this.#global(immediate).type);
        break;
      case Op.globalSet: {
        const global = this.#global(immediate);
        if (!global.isMutable) throw this.#invalid('a mutable global', `global ${immediate}`);
        this.#pop(global.type);
        break;
      }
      default:
        this.#simple(opcode);
    }
    if (opcodeOf(opcode).isBlockEnd) {
      this.mergedValues += (this.#locals.length + this.#operands.length) * (labels?.length ?? 1);
    }
  }

  /** An instruction whose row says all. */
  #simple(opcode: number): void {
    const { operands, results, immediate, mnemonic } = opcodeOf(opcode);
    if (operands === undefined) throw new RangeError(`no typing rule for ${mnemonic}`);
    if (immediate === 'memory-argument' || immediate === 'memory-index') {
      this.#checkIndex(0, (this.#module.memory ?? this.#module.importedMemory) === undefined ? 0 : 1, 'memory');
    }
    this.#apply({ params: operands, results });
  }

  #apply({ params, results }: FunctionType): void {
    for (let index = params.length - 1; index >= 0; index -= 1) this.#pop(params[index] ?? 'i32');
    for (const result of results) this.#push(result);
  }

  #openFrame(opcode: number, blockType: BlockType, openIndex: number, isEntered: boolean): ControlFrame {
    const height = this.#operands.length;
    const frame: ControlFrame = { opcode, blockType, height, openIndex, isEntered, backEdges: 0, isUnreachable: false };
    this.#frames.push(frame);
    return frame;
  }

  #open(opcode: number, blockType: BlockType, index: number): void {
    this.#frame = this.#openFrame(opcode, blockType, index, this.#isLive());
  }

  /** The first arm must leave what the whole `if` leaves; the second one begins with an empty stack of its own. */
  #else(index: number): void {
    const frame = this.#frame;
    if (frame.opcode !== Op.if) throw this.#invalid('an if before else', 'another block');
    this.#closeArm();
    this.control[frame.openIndex] = index;
    frame.opcode = Op.else;
    frame.openIndex = index;
    frame.isUnreachable = false;
  }

  #end(index: number): void {
    const frame = this.#frame;
    if (frame.opcode === Op.if && frame.blockType !== undefined) {
      throw this.#invalid('an else for an if with a result', 'end');
    }
    this.#closeArm();
    this.#frames.pop();
    const parent = this.#frames.at(-1);
    // The decoder stops at the `end` of the function's own frame.
    if (parent === undefined) return;
    this.control[frame.openIndex] = index;
    this.#frame = parent;
    if (frame.blockType !== undefined) this.#push(frame.blockType);
  }

  #closeArm(): void {
    const { blockType, height } = this.#frame;
    if (blockType !== undefined) this.#pop(blockType);
    const left = this.#operands.length - height;
    if (left !== 0) throw this.#invalid('no operand left at the end of a block', left);
  }

  #isLive(): boolean {
    return this.#frame.isEntered && !this.#frame.isUnreachable;
  }

  #markUnreachable(): void {
    this.#operands.length = this.#frame.height;
    this.#frame.isUnreachable = true;
  }

  #push(operand: Operand): void {
    this.#operands.push(operand);
    if (this.#operands.length > this.deepestOperands && this.#isLive()) this.deepestOperands = this.#operands.length;
  }

  #popAny(): Operand {
    if (this.#operands.length > this.#frame.height) return this.#operands.pop();
    if (this.#frame.isUnreachable) return undefined;
    throw this.#invalid('an operand', 'an empty stack');
  }

  #pop(expected: ValueType): Operand {
    const operand = this.#popAny();
    if (operand !== undefined && operand !== expected) throw this.#invalid(expected, operand);
    return operand;
  }

  /** The type that a branch to `depth` carries: a block's result; nothing for a loop, whose label is its beginning. */
  #labelType(depth: number): BlockType {
    const frame = this.#frames.at(-1 - depth);
    if (frame === undefined) throw this.#invalid(`a label depth below ${this.#frames.length}`, depth);
    if (frame.opcode !== Op.loop) return frame.blockType;
    frame.backEdges += 1;
    if (frame.backEdges > this.mostBackEdges) this.mostBackEdges = frame.backEdges;
    return undefined;
  }

  #popLabel(depth: number): BlockType {
    const type = this.#labelType(depth);
    if (type !== undefined) this.#pop(type);
    return type;
  }

  /** Each label takes the operand that the others take, and each must find its own type in it. */
  #popLabels(depths: readonly number[]): void {
    const types = depths.map((depth) => this.#labelType(depth));
    const defaultType = types.at(-1);
    const operand = defaultType === undefined ? undefined : this.#pop(defaultType);
    for (const type of types) {
      if ((type === undefined) !== (defaultType === undefined)) {
        throw this.#invalid(`labels of type ${defaultType ?? 'nothing'}`, type ?? 'nothing');
      }
      if (operand !== undefined && type !== operand) throw this.#invalid(operand, type ?? 'nothing');
    }
  }

  #localType(index: number): ValueType {
    const type = this.#locals[index];
    if (type === undefined) throw this.#invalid(`one of ${this.#locals.length} local indices`, index);
    return type;
  }

  #global(index: number): { readonly type: ValueType; readonly isMutable: boolean } {
    const global = this.#module.globals[index];
    if (global === undefined) throw this.#invalid(`one of ${this.#module.globals.length} global indices`, index);
    return global;
  }

  #checkIndex(index: number, count: number, what: string): void {
    if (index >= count) throw this.#invalid(`one of ${count} ${what} indices`, index);
  }

  #invalid(expected: string, actual: string | number): ModuleRejected {
    return new ModuleRejected('invalid', this.#offset, expected, actual);
  }
}

function typeAt(module: Module, index: number): FunctionType {
  const type = module.types[index];
  if (type === undefined) throw new RangeError(`type index ${index} is not in the module`);
  return type;
}
