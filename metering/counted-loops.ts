/**
 * Finds the loops whose number of turns is known before they begin: one variable that changes by the same step each
 * turn, compared once a turn with a bound that stays, and no other way out. Locals are followed symbolically, in one pass
 * over the body; whatever is not a sum of known things becomes a new unknown.
 */
import { EXIT, type FlowGraph, isWithin } from './flow-graph.ts';
import { type FunctionBody, type FunctionType, functionType, type Instruction, type Module } from './module.ts';
import { Op, opcodeOf } from './opcodes.ts';

/** An i32 that can be computed in front of a loop: a local's value there, if any, plus a constant (modulo 2^32). */
export interface Operand {
  readonly local: number | undefined;
  readonly add: number;
}

/** `ne` goes on until the variable is the bound; the others while it is on the near side of it. */
export type Comparison = 'ne' | 'lt_s' | 'lt_u' | 'le_s' | 'le_u' | 'gt_s' | 'gt_u' | 'ge_s' | 'ge_u';

/**
 * The way back is taken once for every value `first`, `first + step`, ... until the first one for which
 * `value comparison bound` is false.
 */
export interface TurnCount {
  readonly comparison: Comparison;
  /** Of a constant step the first value that is compared; of a step in a local the value one step before. */
  readonly first: Operand;
  /** A signed constant other than 0, or a local that is read as unsigned and added. */
  readonly step: number | { readonly local: number };
  readonly bound: Operand;
}

export interface CountedLoop {
  /** Position in `FlowGraph.loops`. */
  readonly loop: number;
  /** Index in `FlowGraph.edges` of the one way back. */
  readonly backEdge: number;
  readonly turns: TurnCount;
}

/** base + extra + add modulo 2^32, where `base` and `extra` name unknown numbers; 0 names none. `extra` < `base`. */
interface Sum {
  readonly base: number;
  readonly extra: number;
  readonly add: number;
}

/** What an operand or a local holds: a sum, or the outcome of a comparison. */
interface Value extends Sum {
  readonly test?: { readonly comparison: Comparison | 'eq'; readonly left: Sum; readonly right: Sum };
}

type Locals = readonly Value[];

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
interface LoopNotes {
  readonly before: Locals;
  readonly atHeader: Locals;
  /** Unknowns from here on are named inside the loop. */
  readonly firstInside: number;
  /** Locals on the one way back. */
  atBackEdge: Locals | undefined;
}

const comparisonOf: ReadonlyMap<number, Comparison | 'eq'> = new Map([
  [0x46, 'eq'],
  [0x47, 'ne'],
  [0x48, 'lt_s'],
  [0x49, 'lt_u'],
  [0x4a, 'gt_s'],
  [0x4b, 'gt_u'],
  [0x4c, 'le_s'],
  [0x4d, 'le_u'],
  [0x4e, 'ge_s'],
  [0x4f, 'ge_u'],
]);

const opposite: Readonly<Record<Comparison | 'eq', Comparison | 'eq'>> = {
  eq: 'ne',
  ne: 'eq',
  lt_s: 'ge_s',
  lt_u: 'ge_u',
  le_s: 'gt_s',
  le_u: 'gt_u',
  gt_s: 'le_s',
  gt_u: 'le_u',
  ge_s: 'lt_s',
  ge_u: 'lt_u',
};

const swapped: Readonly<Record<Comparison, Comparison>> = {
  ne: 'ne',
  lt_s: 'gt_s',
  lt_u: 'gt_u',
  le_s: 'ge_s',
  le_u: 'ge_u',
  gt_s: 'lt_s',
  gt_u: 'lt_u',
  ge_s: 'le_s',
  ge_u: 'le_u',
};

/**
 * In the order of the loops. `isCut` says of a block that the counter is looked at where it ends, `isTrap` that it ends in
 * a trap, which is no way out.
 */
export function countedLoops(
  module: Module,
  body: FunctionBody,
  type: FunctionType,
  graph: FlowGraph,
  isCut: (block: number) => boolean,
  isTrap: (block: number) => boolean,
): readonly CountedLoop[] {
  const candidates = candidateLoops(graph, isCut, isTrap);
  if (candidates.length === 0) return [];
  const pass = new SymbolicPass(module, body, type, graph);
  pass.run();
  return candidates.flatMap(({ loop, backEdge, exitBlock, goesOnWhen }) => {
    const turns = turnCount(pass, loop, exitBlock, goesOnWhen);
    return turns === undefined ? [] : [{ loop, backEdge, turns }];
  });
}

interface Candidate {
  readonly loop: number;
  readonly backEdge: number;
  /** The block that decides, by a `br_if`. */
  readonly exitBlock: number;
  /** Whether the loop goes on when the condition holds, or when it does not. */
  readonly goesOnWhen: boolean;
}

/** One way back, one way out, decided by a block that runs once in every turn; nothing that looks at the counter. */
function candidateLoops(
  { loops, edges, loopOf, blocks }: FlowGraph,
  isCut: (block: number) => boolean,
  isTrap: (block: number) => boolean,
): Candidate[] {
  const backEdges: number[][] = loops.map(() => []);
  const exits: number[][] = loops.map(() => []);
  const hasCut = loops.map(() => false);
  const incoming = new Int32Array(blocks.length);
  for (const [index, { from, to }] of edges.entries()) {
    if (to !== EXIT) incoming[to] = (incoming[to] ?? 0) + 1;
    for (let loop = loopOf[from] ?? -1; loop !== -1; loop = loops[loop]?.parent ?? -1) {
      if (to === loops[loop]?.header) backEdges[loop]?.push(index);
      if (to !== EXIT && isWithin(loops, loopOf[to] ?? -1, loop)) break;
      if (to === EXIT || !isTrap(to)) exits[loop]?.push(index);
    }
  }
  for (const [block, loop] of loopOf.entries()) {
    if (!isCut(block)) continue;
    for (let at = loop; at !== -1 && hasCut[at] === false; at = loops[at]?.parent ?? -1) hasCut[at] = true;
  }
  return loops.flatMap(({ header }, loop) => {
    const [backEdge, ...moreBackEdges] = backEdges[loop] ?? [];
    const [exit, ...moreExits] = exits[loop] ?? [];
    if (backEdge === undefined || exit === undefined || moreBackEdges.length > 0 || moreExits.length > 0) return [];
    if (hasCut[loop]) return [];
    const back = edges[backEdge];
    const out = edges[exit];
    if (back?.place === undefined || out?.place === undefined) return [];
    const exitBlock = out.from;
    if (loopOf[exitBlock] !== loop) return [];
    const goesOn = edges[exit + 1]?.from === exitBlock ? edges[exit + 1] : edges[exit - 1];
    const decides =
      exitBlock === header || exitBlock === back.from || (goesOn?.to === back.from && incoming[back.from] === 1);
    if (!decides) return [];
    // A way out along the label means that the loop goes on when the condition does not hold.
    return [{ loop, backEdge, exitBlock, goesOnWhen: out.place.kind !== 'taken' }];
  });
}

function turnCount(pass: SymbolicPass, loop: number, exitBlock: number, goesOnWhen: boolean): TurnCount | undefined {
  const notes = pass.notes[loop];
  const condition = pass.conditions.get(exitBlock);
  if (notes?.atBackEdge === undefined || condition === undefined) return undefined;
  const test = condition.test ?? { comparison: 'ne' as const, left: condition, right: ZERO };
  const comparison = goesOnWhen ? test.comparison : opposite[test.comparison];
  if (comparison === 'eq') return undefined;
  return (
    matchTurns(notes, notes.atBackEdge, comparison, test.left, test.right) ??
    matchTurns(notes, notes.atBackEdge, swapped[comparison], test.right, test.left)
  );
}

/** `left` has to be the variable, `right` the bound. */
function matchTurns(
  { before, atHeader, firstInside }: LoopNotes,
  atBackEdge: Locals,
  comparison: Comparison,
  left: Sum,
  right: Sum,
): TurnCount | undefined {
  const variable = left.base < firstInside ? -1 : atHeader.findIndex(({ base }) => base === left.base);
  if (variable === -1 || right.base >= firstInside || left.extra >= firstInside) return undefined;
  const bound = operandOf(before, right);
  const next = atBackEdge[variable];
  if (bound === undefined || next?.base !== left.base || next.extra >= firstInside) return undefined;
  const initial = before[variable];
  if (initial === undefined) return undefined;
  if (next.extra === 0) {
    if (next.add === 0 || left.extra !== 0 || !goesTowardsBound(comparison, next.add)) return undefined;
    const first =
      initial.base === 0 ? { local: undefined, add: (initial.add + left.add) | 0 } : { local: variable, add: left.add };
    return { comparison, first, step: next.add, bound };
  }
  // A step that is a local: only what a sieve does, comparing after the step and upwards.
  if (next.add !== 0 || left.extra !== next.extra || left.add !== 0) return undefined;
  if (comparison !== 'lt_u' && comparison !== 'le_u') return undefined;
  const step = before.findIndex(({ base, extra, add }) => base === next.extra && extra === 0 && add === 0);
  if (step === -1) return undefined;
  return { comparison, first: { local: variable, add: 0 }, step: { local: step }, bound };
}

function goesTowardsBound(comparison: Comparison, step: number): boolean {
  if (comparison === 'ne') return step !== -0x8000_0000;
  return comparison.startsWith('l') ? step > 0 : step < 0 && step !== -0x8000_0000;
}

function operandOf(before: Locals, { base, extra, add }: Sum): Operand | undefined {
  if (extra !== 0) return undefined;
  if (base === 0) return { local: undefined, add };
  const local = before.findIndex((value) => value.base === base && value.extra === 0);
  return local === -1 ? undefined : { local, add: (add - (before[local]?.add ?? 0)) | 0 };
}

const ZERO: Value = { base: 0, extra: 0, add: 0 };

class SymbolicPass {
  /** By loop. */
  readonly notes: (LoopNotes | undefined)[] = [];
  /** What decides a `br_if`, by block. */
  readonly conditions = new Map<number, Value>();
  readonly #module: Module;
  readonly #body: FunctionBody;
  readonly #graph: FlowGraph;
  readonly #assigned: ReadonlyMap<number, ReadonlySet<number>>;
  readonly #frames: ControlFrame[] = [];
  #locals: Value[];
  readonly #stack: Value[] = [];
  #lastUnknown = 0;

  constructor(module: Module, body: FunctionBody, type: FunctionType, graph: FlowGraph) {
    this.#module = module;
    this.#body = body;
    this.#graph = graph;
    this.#locals = [...type.params.map(() => this.#unknown()), ...body.locals.map(() => ZERO)];
    this.#assigned = assignedInLoops(body.instructions);
    this.#frames.push(newFrame(Op.block, 0, type.results.length));
  }

  run(): void {
    const loopAt = new Map(this.#graph.loops.map(({ instructionIndex }, loop) => [instructionIndex, loop]));
    const loopOfHeader = new Map(this.#graph.loops.map(({ header }, loop) => [header, loop]));
    const backEdgesOf = new Map<number, number>();
    for (const { from, to } of this.#graph.edges) {
      const loop = loopOfHeader.get(to);
      if (loop !== undefined && from >= to) backEdgesOf.set(from, loop);
    }
    for (const [index, { start, end, isReachable }] of this.#graph.blocks.entries()) {
      for (let at = start; at < end; at += 1) {
        const instruction = this.#body.instructions[at];
        if (instruction === undefined) return;
        if (at === end - 1) {
          if (isReachable && instruction.opcode === Op.brIf) this.conditions.set(index, this.#top());
          const notes = isReachable ? this.notes[backEdgesOf.get(index) ?? -1] : undefined;
          if (notes !== undefined) notes.atBackEdge = [...this.#locals];
        }
        this.#step(instruction, isReachable, at, loopAt.get(at));
      }
    }
  }

  #step(instruction: Instruction, isReachable: boolean, at: number, loop: number | undefined): void {
    const { opcode, blockType, labels } = instruction;
    const immediate = Number(instruction.immediate);
    const arity = blockType === undefined ? 0 : 1;
    switch (opcode) {
      case Op.block:
        this.#frames.push(newFrame(opcode, this.#stack.length, arity));
        return;
      case Op.loop:
        this.#frames.push(newFrame(opcode, this.#stack.length, arity));
        if (isReachable) this.#enterLoop(at, loop);
        return;
      case Op.if: {
        if (isReachable) this.#stack.pop();
        const frame = newFrame(opcode, this.#stack.length, arity);
        if (isReachable) frame.otherwise = [...this.#locals];
        this.#frames.push(frame);
        return;
      }
      case Op.else: {
        const frame = this.#frames.at(-1);
        if (frame === undefined) return;
        if (isReachable) this.#mergeInto(frame);
        if (frame.otherwise !== undefined) this.#locals = frame.otherwise;
        frame.otherwise = undefined;
        this.#cutBackTo(frame.height);
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
        this.#cutBackTo(frame.height);
        for (let count = 0; count < frame.arity; count += 1) this.#stack.push(this.#unknown());
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
        this.#replace(taken, type?.results.length ?? 0);
        return;
      }
      case Op.drop:
        stack.pop();
        return;
      case Op.select:
        this.#replace(3, 1);
        return;
      case Op.localGet:
        stack.push(this.#locals[immediate] ?? this.#unknown());
        return;
      case Op.localSet:
        this.#locals[immediate] = this.#pop();
        return;
      case Op.localTee:
        this.#locals[immediate] = this.#top();
        return;
      case Op.globalGet:
        stack.push(this.#unknown());
        return;
      case Op.globalSet:
        stack.pop();
        return;
      case Op.i32Const:
        stack.push({ base: 0, extra: 0, add: immediate });
        return;
      case Op.i32Add:
      case Op.i32Sub: {
        const right = this.#pop();
        const left = this.#pop();
        stack.push((opcode === Op.i32Add ? sum(left, right) : difference(left, right)) ?? this.#unknown());
        return;
      }
      case Op.i32Eqz: {
        const value = this.#pop();
        const { test } = value;
        stack.push({
          ...this.#unknown(),
          test:
            test === undefined
              ? { comparison: 'eq', left: value, right: ZERO }
              : { ...test, comparison: opposite[test.comparison] },
        });
        return;
      }
      default: {
        const comparison = comparisonOf.get(opcode);
        const { operands, results } = opcodeOf(opcode);
        if (comparison === undefined) {
          this.#replace(operands?.length ?? 0, results.length);
          return;
        }
        const right = this.#pop();
        const left = this.#pop();
        stack.push({ ...this.#unknown(), test: { comparison, left, right } });
      }
    }
  }

  #pop(): Value {
    return this.#stack.pop() ?? this.#unknown();
  }

  #top(): Value {
    return this.#stack.at(-1) ?? this.#unknown();
  }

  /** The stack is lower already where the block ended in code that cannot be reached. */
  #cutBackTo(height: number): void {
    if (this.#stack.length > height) this.#stack.length = height;
    while (this.#stack.length < height) this.#stack.push(this.#unknown());
  }

  #replace(taken: number, given: number): void {
    this.#stack.length -= taken;
    for (let count = 0; count < given; count += 1) this.#stack.push(this.#unknown());
  }

  #unknown(): Value {
    this.#lastUnknown += 1;
    return { base: this.#lastUnknown, extra: 0, add: 0 };
  }

  #enterLoop(at: number, loop: number | undefined): void {
    const before = [...this.#locals];
    const firstInside = this.#lastUnknown + 1;
    for (const local of this.#assigned.get(at) ?? []) this.#locals[local] = this.#unknown();
    if (loop === undefined) return;
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
      if (other === undefined || !isSame(other, value)) merged[local] = this.#unknown();
    }
  }
}

function newFrame(opcode: number, height: number, arity: number): ControlFrame {
  return { opcode, height, arity, merged: undefined, otherwise: undefined };
}

function isSame(left: Value, right: Value): boolean {
  return left.base === right.base && left.extra === right.extra && left.add === right.add;
}

function sum(left: Sum, right: Sum): Value | undefined {
  if (left.base === 0) return { base: right.base, extra: right.extra, add: (left.add + right.add) | 0 };
  if (right.base === 0) return { base: left.base, extra: left.extra, add: (left.add + right.add) | 0 };
  if (left.extra !== 0 || right.extra !== 0 || left.base === right.base) return undefined;
  const [extra, base] = left.base < right.base ? [left.base, right.base] : [right.base, left.base];
  return { base, extra, add: (left.add + right.add) | 0 };
}

function difference(left: Sum, right: Sum): Value | undefined {
  if (right.base !== 0) return undefined;
  return { base: left.base, extra: left.extra, add: (left.add - right.add) | 0 };
}

/** By the index of a `loop` instruction: the locals that are set between it and its `end`. */
function assignedInLoops(instructions: readonly Instruction[]): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  const open: (Set<number> | undefined)[] = [];
  const around: Set<number>[] = [];
  for (const [index, { opcode, immediate }] of instructions.entries()) {
    if (opcode === Op.loop) {
      const assigned = new Set<number>();
      found.set(index, assigned);
      open.push(assigned);
      around.push(assigned);
    } else if (opcode === Op.block || opcode === Op.if) {
      open.push(undefined);
    } else if (opcode === Op.end) {
      const assigned = open.pop();
      if (assigned !== undefined) {
        around.pop();
        const outer = around.at(-1);
        if (outer !== undefined) for (const local of assigned) outer.add(local);
      }
    } else if (opcode === Op.localSet || opcode === Op.localTee) {
      around.at(-1)?.add(Number(immediate));
    }
  }
  return found;
}
