/**
 * Recursion that counts down: whenever a function calls itself, one parameter is smaller than what the function got, as an
 * unsigned number. So a call with n there is never more than n + 1 calls deep.
 *
 * Found by following that parameter through the function: how much less than the argument it is at least, and what it is
 * at least (from the conditions passed), so that a subtraction is known not to wrap around.
 */
import { EXIT } from '../flow/edges.ts';
import type { FlowGraph } from '../flow/flow-graph.ts';
import { functionType, type Instruction, type Module } from '../format/module.ts';
import { Op, opcodeOf } from '../format/opcodes.ts';

/** A value that is `argument - less` at most and `least` at least. */
interface Bounds {
  readonly less: number;
  readonly least: number;
}

/** What is known of an operand: nothing, bounds, a constant, or what a condition says about the parameter. */
type Operand =
  | undefined
  | (Bounds & { readonly kind: 'bounded'; readonly version: number })
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'condition'; readonly ifTrue: number; readonly ifFalse: number; readonly version: number };

/** A parameter that becomes smaller in every call of the function by itself; undefined if none is known to. */
export function boundingParam(module: Module, functionIndex: number, graph: FlowGraph): number | undefined {
  const { params } = functionType(module, functionIndex);
  const param = params.findIndex((_, index) => boundsRecursion(module, functionIndex, graph, index));
  return param === -1 ? undefined : param;
}

/** The facts are stable after few passes, or a variable goes down in a loop without end. */
const MAX_PASSES = 8;

function boundsRecursion(module: Module, functionIndex: number, graph: FlowGraph, param: number): boolean {
  const { blocks, edges } = graph;
  const { instructions } = module.functions[functionIndex - module.importedFunctions.length] ?? { instructions: [] };
  // By block: undefined where control has not come yet, null where nothing is known.
  const known = new Array<Bounds | null | undefined>(blocks.length).fill(undefined);
  known[0] = { less: 0, least: 0 };
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    let isStable = true;
    let isDecreasing = true;
    for (const [block, { start, end }] of blocks.entries()) {
      const before = known[block];
      const walk = before === undefined ? undefined : new Walk(module, functionIndex, param, before);
      for (let index = start; index < end && walk !== undefined; index += 1)
        walk.step(instructions[index] as Instruction);
      if (walk !== undefined && !walk.isDecreasing) isDecreasing = false;
      const first = edges.firstOf[block] ?? 0;
      for (let edge = first; walk !== undefined && edge < (edges.firstOf[block + 1] ?? 0); edge += 1) {
        const to = edges.to[edge] ?? EXIT;
        if (to === EXIT) continue;
        const after = join(known[to], walk.onWay(edge - first));
        if (isEqual(after, known[to])) continue;
        known[to] = after;
        isStable = false;
      }
    }
    if (isStable) return isDecreasing;
  }
  return false;
}

function join(left: Bounds | null | undefined, right: Bounds | null): Bounds | null {
  if (left === undefined) return right;
  if (left === null || right === null) return null;
  return { less: Math.min(left.less, right.less), least: Math.min(left.least, right.least) };
}

function isEqual(left: Bounds | null, right: Bounds | null | undefined): boolean {
  return left?.less === right?.less && left?.least === right?.least && (left === null) === (right === null);
}

/** By comparison with a constant c, not negative and so of either sign alike: what the left side is at least where it holds, and where it does not. */
const comparisons: Readonly<Record<string, (constant: number) => readonly [ifTrue: number, ifFalse: number]>> = {
  eq: (c) => [c, c === 0 ? 1 : 0],
  ne: (c) => [c === 0 ? 1 : 0, c],
  lt: (c) => [0, c],
  gt: (c) => [c + 1, 0],
  le: (c) => [0, c + 1],
  ge: (c) => [c, 0],
};

/** One pass through a block. Operands from before it, and all that is not understood, are unknown. */
class Walk {
  isDecreasing = true;
  readonly #module: Module;
  readonly #functionIndex: number;
  readonly #param: number;
  readonly #operands: Operand[] = [];
  #bounds: Bounds | null;
  /** Rises when the parameter changes: a condition on an old value says nothing about the new one. */
  #version = 0;
  #condition: Operand;

  constructor(module: Module, functionIndex: number, param: number, bounds: Bounds | null) {
    this.#module = module;
    this.#functionIndex = functionIndex;
    this.#param = param;
    this.#bounds = bounds;
  }

  /** What is known on the first way out of the block (taken, or into the first arm) or on the second. */
  onWay(way: number): Bounds | null {
    const condition = this.#condition;
    const bounds = this.#bounds;
    if (bounds === null || condition === undefined || condition.kind === 'constant') return bounds;
    if (condition.version !== this.#version) return bounds;
    const [ifTrue, ifFalse] = condition.kind === 'bounded' ? [1, 0] : [condition.ifTrue, condition.ifFalse];
    return { ...bounds, least: Math.max(bounds.least, way === 0 ? ifTrue : ifFalse) };
  }

  step({ opcode, immediate }: Instruction): void {
    const operands = this.#operands;
    switch (opcode) {
      case Op.localGet:
        operands.push(immediate === this.#param ? this.#parameter() : undefined);
        return;
      case Op.localSet:
      case Op.localTee: {
        const value = operands.pop();
        if (immediate === this.#param) {
          this.#bounds = value?.kind === 'bounded' ? { less: value.less, least: value.least } : null;
          this.#version += 1;
        }
        if (opcode === Op.localTee) operands.push(immediate === this.#param ? this.#parameter() : value);
        return;
      }
      case Op.i32Const:
      case Op.i64Const:
        operands.push({ kind: 'constant', value: Number(immediate) });
        return;
      case Op.if:
      case Op.brIf:
        this.#condition = operands.pop();
        return;
      case Op.call:
        this.#call(Number(immediate));
        return;
      case Op.globalGet:
        operands.push(undefined);
        return;
      case Op.drop:
      case Op.globalSet:
        operands.pop();
        return;
      case Op.select:
        for (let count = 0; count < 3; count += 1) operands.pop();
        operands.push(undefined);
        return;
    }
    const { mnemonic, operands: types, results } = opcodeOf(opcode);
    const values = this.#pop(types?.length ?? 0);
    if (results.length > 0) operands.push(evaluate(mnemonic.slice('i32.'.length), values));
  }

  #pop(count: number): readonly Operand[] {
    return Array.from({ length: count }, () => this.#operands.pop()).reverse();
  }

  #parameter(): Operand {
    return this.#bounds === null ? undefined : { kind: 'bounded', ...this.#bounds, version: this.#version };
  }

  #call(functionIndex: number): void {
    const { params, results } = functionType(this.#module, functionIndex);
    const handedOver = this.#pop(params.length)[this.#param];
    if (functionIndex === this.#functionIndex && !(handedOver?.kind === 'bounded' && handedOver.less > 0)) {
      this.isDecreasing = false;
    }
    for (const _ of results) this.#operands.push(undefined);
  }
}

/** The operation without its type: both types compute alike here. */
function evaluate(operation: string, [left, right]: readonly Operand[]): Operand {
  if (operation === 'eqz') {
    if (left?.kind === 'condition') return { ...left, ifTrue: left.ifFalse, ifFalse: left.ifTrue };
    if (left?.kind === 'bounded') return { kind: 'condition', ifTrue: 0, ifFalse: 1, version: left.version };
    return undefined;
  }
  if (left?.kind !== 'bounded' || right?.kind !== 'constant') return undefined;
  const taken = operation === 'sub' ? right.value : operation === 'add' ? -right.value : undefined;
  if (taken !== undefined) {
    const isWithin = taken >= 0 && taken <= left.least;
    return isWithin ? { ...left, less: left.less + taken, least: left.least - taken, version: NO_VERSION } : undefined;
  }
  const bounds = comparisons[operation.replace(/_[su]$/, '')];
  if (bounds === undefined || right.value < 0 || right.value > MAX_CONSTANT) return undefined;
  const [ifTrue, ifFalse] = bounds(right.value);
  return { kind: 'condition', ifTrue, ifFalse, version: left.version };
}

/** Of a value that is not the parameter. */
const NO_VERSION = -1;

/** Positive in both signed types, and exact as a number. */
const MAX_CONSTANT = 0x7fff_ffff;
