/**
 * Follows the locals and the operand stack of a function symbolically, in one pass over the body. Whatever is not a sum
 * of known things becomes a new unknown.
 */
import { assignedInLoops } from '../flow/assigned-locals.ts';
import { EXIT } from '../flow/edges.ts';
import type { FlowGraph } from '../flow/flow-graph.ts';
import { loopHeadedBy } from '../flow/natural-loops.ts';
import {
  type FunctionBody,
  type FunctionType,
  functionType,
  type Instruction,
  type Module,
  type ValueType,
} from '../format/module.ts';
import { Op, opcodeOf } from '../format/opcodes.ts';
import {
  comparisonOf,
  constantOf,
  difference,
  isSame,
  opposite,
  sum,
  type Test,
  type Value,
  ZERO,
} from './symbolic-value.ts';

export type Locals = readonly Value[];

interface ControlFrame {
  readonly opcode: number;
  readonly height: number;
  readonly arity: number;
  /** What the locals are where control comes together behind the block; `undefined` while nothing leads there. */
  merged: Value[] | undefined;
  /** What they are at the beginning of the second arm. */
  otherwise: Value[] | undefined;
}

/** What is known about a loop while the pass goes through it. */
export interface LoopNotes {
  readonly before: Locals;
  readonly atHeader: Locals;
  /** Unknowns from here on are named inside the loop. */
  readonly firstInside: number;
  /** Locals on the one back edge. */
  atBackEdge: Locals | undefined;
}

export interface SymbolicLocals {
  /** By loop. */
  readonly notes: readonly (LoopNotes | undefined)[];
  /** By block: what decides the `br_if` at its end. */
  readonly conditions: readonly (Value | undefined)[];
}

export function symbolicLocals(
  module: Module,
  body: FunctionBody,
  type: FunctionType,
  graph: FlowGraph,
): SymbolicLocals {
  const pass = new SymbolicPass(module, body, type, graph);
  pass.run();
  return pass;
}

class SymbolicPass implements SymbolicLocals {
  readonly notes: (LoopNotes | undefined)[];
  readonly conditions: (Value | undefined)[];
  readonly #module: Module;
  readonly #body: FunctionBody;
  readonly #graph: FlowGraph;
  /** Of the loops that are still to come. */
  readonly #assigned: Iterator<ReadonlySet<number>>;
  readonly #frames: ControlFrame[] = [];
  #locals: Value[];
  readonly #stack = new SymbolicStack();

  constructor(module: Module, body: FunctionBody, type: FunctionType, graph: FlowGraph) {
    this.notes = new Array<LoopNotes | undefined>(graph.loops.length).fill(undefined);
    this.conditions = new Array<Value | undefined>(graph.blocks.length).fill(undefined);
    this.#module = module;
    this.#body = body;
    this.#graph = graph;
    this.#locals = [...type.params.map(() => this.#stack.unknown()), ...body.locals.map(() => ZERO)];
    this.#assigned = assignedInLoops(body.instructions).values();
    this.#openFrame(Op.block, type.results.length);
  }

  run(): void {
    const graph = this.#graph;
    for (const [block, { start, end, isReachable }] of graph.blocks.entries()) {
      for (let at = start; at < end; at += 1) {
        const instruction = this.#body.instructions[at];
        if (instruction === undefined) return;
        if (at === end - 1 && isReachable) this.#beforeEdges(block, instruction);
        // The block behind a `loop` instruction is the header.
        this.#step(instruction, isReachable, instruction.opcode === Op.loop ? loopHeadedBy(graph, block + 1) : -1);
      }
    }
  }

  /** Notes what holds on the ways out of a block. */
  #beforeEdges(block: number, { opcode }: Instruction): void {
    if (opcode === Op.brIf) this.conditions[block] = this.#stack.top();
    const { edges } = this.#graph;
    for (let edge = edges.firstOf[block] ?? 0; edge < (edges.firstOf[block + 1] ?? 0); edge += 1) {
      const to = edges.to[edge] ?? EXIT;
      const notes = to <= block ? this.notes[loopHeadedBy(this.#graph, to)] : undefined;
      if (notes !== undefined) notes.atBackEdge = [...this.#locals];
    }
  }

  #step(instruction: Instruction, isReachable: boolean, loop: number): void {
    const { opcode, blockType, labels } = instruction;
    const immediate = Number(instruction.immediate);
    const arity = blockType === undefined ? 0 : 1;
    switch (opcode) {
      case Op.block:
        this.#openFrame(opcode, arity);
        return;
      case Op.loop: {
        this.#openFrame(opcode, arity);
        const assigned = this.#assigned.next().value ?? new Set<number>();
        if (isReachable) this.#enterLoop(assigned, loop);
        return;
      }
      case Op.if:
        if (isReachable) this.#stack.pop();
        this.#openFrame(opcode, arity, isReachable ? [...this.#locals] : undefined);
        return;
      case Op.else: {
        const frame = this.#frames.at(-1);
        if (frame === undefined) return;
        if (isReachable) this.#mergeInto(frame);
        if (frame.otherwise !== undefined) this.#locals = frame.otherwise;
        frame.otherwise = undefined;
        this.#stack.cutBackTo(frame.height);
        return;
      }
      case Op.end: {
        const frame = this.#frames.pop();
        if (frame === undefined) return;
        if (isReachable) this.#mergeInto(frame);
        if (frame.otherwise !== undefined) {
          const locals = this.#locals;
          this.#locals = frame.otherwise;
          this.#mergeInto(frame);
          this.#locals = locals;
        }
        if (frame.merged !== undefined) this.#locals = frame.merged;
        this.#stack.cutBackTo(frame.height);
        this.#stack.cutBackTo(this.#stack.height + frame.arity);
        return;
      }
      case Op.brIf:
        if (!isReachable) return;
        this.#stack.pop();
        this.#branch(immediate);
        return;
      case Op.br:
        if (isReachable) this.#branch(immediate);
        return;
      case Op.brTable:
        if (isReachable) for (const label of new Set(labels)) this.#branch(label);
        return;
      case Op.return:
      case Op.unreachable:
        return;
      default:
        if (isReachable) this.#plain(instruction, immediate);
    }
  }

  #plain(instruction: Instruction, immediate: number): void {
    const { opcode } = instruction;
    const stack = this.#stack;
    switch (opcode) {
      case Op.call:
      case Op.callIndirect: {
        const type = opcode === Op.call ? functionType(this.#module, immediate) : this.#module.types[immediate];
        const taken = (type?.params.length ?? 0) + (opcode === Op.call ? 0 : 1);
        stack.replace(taken, type?.results.length ?? 0);
        return;
      }
      case Op.localGet:
        stack.push(this.#locals[immediate]);
        return;
      case Op.localSet:
        this.#locals[immediate] = stack.pop();
        return;
      case Op.localTee:
        this.#locals[immediate] = stack.top();
        return;
      default:
        applyArithmetic(stack, opcode, immediate);
    }
  }

  #openFrame(opcode: number, arity: number, otherwise?: Value[]): void {
    this.#frames.push({ opcode, height: this.#stack.height, arity, merged: undefined, otherwise });
  }

  #enterLoop(assigned: ReadonlySet<number>, loop: number): void {
    const before = [...this.#locals];
    const firstInside = this.#stack.nextName;
    for (const local of assigned) this.#locals[local] = this.#stack.unknown();
    if (loop === -1) return;
    this.notes[loop] = { before, atHeader: [...this.#locals], firstInside, atBackEdge: undefined };
  }

  #branch(depth: number): void {
    const frame = this.#frames.at(-1 - depth);
    if (frame !== undefined && frame.opcode !== Op.loop) this.#mergeInto(frame);
  }

  #mergeInto(frame: ControlFrame): void {
    const { merged } = frame;
    if (merged === undefined) {
      frame.merged = [...this.#locals];
      return;
    }
    for (const [local, value] of this.#locals.entries()) {
      const other = merged[local];
      if (other === undefined || !isSame(other, value)) merged[local] = this.#stack.unknown();
    }
  }
}

/** The operand stack, and the names of the unknown numbers that come up on it and in locals. */
class SymbolicStack {
  readonly #values: Value[] = [];
  #lastUnknown = 0;

  get height(): number {
    return this.#values.length;
  }

  /** The name that the next unknown number gets. Names rise. */
  get nextName(): number {
    return this.#lastUnknown + 1;
  }

  unknown(): Value {
    this.#lastUnknown += 1;
    return { base: this.#lastUnknown, extra: 0, add: 0 };
  }

  /** `undefined` for what nothing is known of. */
  push(value: Value | undefined): void {
    this.#values.push(value ?? this.unknown());
  }

  pop(): Value {
    return this.#values.pop() ?? this.unknown();
  }

  top(): Value {
    return this.#values.at(-1) ?? this.unknown();
  }

  /** What an instruction does that nothing is known of. */
  replace(taken: number, given: number): void {
    this.cutBackTo(this.height - taken);
    this.cutBackTo(this.height + given);
  }

  /** The stack is lower already where a block ended in code that cannot be reached. */
  cutBackTo(height: number): void {
    if (this.#values.length > height) this.#values.length = height;
    while (this.#values.length < height) this.#values.push(this.unknown());
  }
}

/** What an instruction does to the stack whose row of the table says all: constants and sums are kept track of. */
function applyArithmetic(stack: SymbolicStack, opcode: number, immediate: number): void {
  switch (opcode) {
    case Op.i32Const:
    case Op.i64Const:
      pushConstant(stack, opcode === Op.i32Const ? 'i32' : 'i64', immediate);
      return;
    case Op.i32Add:
    case Op.i64Add:
      combine(stack, opcode === Op.i32Add ? 'i32' : 'i64', sum);
      return;
    case Op.i32Sub:
    case Op.i64Sub:
      combine(stack, opcode === Op.i32Sub ? 'i32' : 'i64', difference);
      return;
    case Op.i32Eqz:
    case Op.i64Eqz:
      testForZero(stack, opcode === Op.i32Eqz ? 'i32' : 'i64');
      return;
  }
  const comparison = comparisonOf.get(opcode);
  if (comparison !== undefined) {
    const right = stack.pop();
    const left = stack.pop();
    stack.push({ ...stack.unknown(), test: { ...comparison, left, right } });
    return;
  }
  const { operands, results } = opcodeOf(opcode);
  const [taken, given] = countsByContext.get(opcode) ?? [operands?.length ?? 0, results.length];
  stack.replace(taken, given);
}

/** How many operands are taken and given where the row of the table does not say. */
const countsByContext: ReadonlyMap<number, readonly [taken: number, given: number]> = new Map([
  [Op.drop, [1, 0]],
  [Op.select, [3, 1]],
  [Op.globalGet, [0, 1]],
  [Op.globalSet, [1, 0]],
]);

function pushConstant(stack: SymbolicStack, type: ValueType, constant: number): void {
  const add = constantOf(type, constant);
  stack.push(add === undefined ? undefined : { base: 0, extra: 0, add });
}

function combine(stack: SymbolicStack, type: ValueType, combined: typeof sum): void {
  const right = stack.pop();
  stack.push(combined(type, stack.pop(), right));
}

/** The opposite, where the operand is the outcome of a comparison itself. */
function testForZero(stack: SymbolicStack, type: ValueType): void {
  const value = stack.pop();
  const test: Test =
    value.test === undefined
      ? { type, comparison: 'eq', left: value, right: ZERO }
      : { ...value.test, comparison: opposite[value.test.comparison] };
  stack.push({ ...stack.unknown(), test });
}
