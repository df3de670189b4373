/**
 * Random statements: code that takes nothing from the operand stack and leaves nothing there, so that it can stand between
 * any two instructions of a function. All that control can do is in it, and above all what it cannot: blocks that control
 * never leaves, code behind them, back edges and calls in such code.
 */
import type { FunctionType, ValueType } from '../../metering/format/module.ts';
import { Op, opcodes } from '../../metering/format/opcodes.ts';
import { EMPTY_BLOCK_TYPE, type Writer } from '../../metering/format/writer.ts';
import type { Random } from '../random.ts';

const codeOf = (mnemonic: string): number => opcodes.find((row) => row.mnemonic === mnemonic)?.code ?? Op.unreachable;
const [i32And, i32GeU, i32GtS, i32Store] = ['i32.and', 'i32.ge_u', 'i32.gt_s', 'i32.store'].map(codeOf) as [
  number,
  number,
  number,
  number,
];

export interface Callee extends FunctionType {
  readonly index: number;
  /** How often it is called, over the others. */
  readonly weight: number;
}

/** A block around the place; `canBranch` if its label carries no value. */
export interface Label {
  readonly isLoop: boolean;
  readonly canBranch: boolean;
}

/** Where statements stand. */
export interface Scope {
  readonly random: Random;
  readonly writer: Writer;
  /** Of the function that they stand in. */
  readonly results: readonly ValueType[];
  /** i32 locals to use. */
  readonly locals: readonly number[];
  /** More i32 locals, for loops to count in: one for each depth. */
  readonly counters: readonly number[];
  /** A global i32 that falls whenever a loop turns that nothing else ends. */
  readonly fuel: number;
  /** What is open, the innermost last; the function itself is not in it. */
  readonly labels: Label[];
  readonly callees: readonly Callee[];
  /** Index of the type (i32) -> (), if there is a table to call through. */
  readonly tableType: number | undefined;
  readonly hasMemory: boolean;
  /** Nodes to write at most. */
  budget: number;
}

/** Turns that loops take which nothing else ends: one less than a power of two. */
const MOST_FUEL = 15;
/** What a function is called with: few, so that recursion ends. */
const MOST_ARGUMENT = 6;

export function writeStatements(scope: Scope, most: number): void {
  for (let left = scope.random.between(1, most); left > 0; left -= 1) writeStatement(scope);
}

type WriteStatement = (scope: Scope) => void;

const statements: readonly (readonly [weight: number, write: WriteStatement])[] = [
  [8, writeSet],
  [10, writeCall],
  [8, writeIf],
  [5, writeBlock],
  [9, writeCountedLoop],
  [4, writeFueledLoop],
  [7, writeLoopOfOneIteration],
  [8, writeExit],
  [6, writeDivergingBlock],
  [2, writeDrop],
  [2, writeMemory],
  [1, writeEnding],
];

export function writeStatement(scope: Scope): void {
  scope.budget -= 1;
  if (scope.budget < 0) {
    writeSet(scope);
    return;
  }
  scope.random.pickWeighted(statements)(scope);
}

function writeSet(scope: Scope): void {
  writeNumber(scope, 2);
  local(scope.writer, Op.localSet, scope.random.pick(scope.locals));
}

function writeDrop(scope: Scope): void {
  writeNumber(scope, 3);
  scope.writer.opcode(Op.drop);
}

function writeCall(scope: Scope): void {
  const { random, writer, callees, tableType } = scope;
  if (tableType !== undefined && (callees.length === 0 || random.chance(15))) {
    writeNumber(scope, 1);
    if (random.chance(90)) constant(writer, random.below(4));
    else writeNumber(scope, 1);
    writer.opcode(Op.callIndirect);
    writer.u32(tableType);
    writer.u32(0);
    return;
  }
  if (callees.length === 0) {
    writeSet(scope);
    return;
  }
  const callee = random.pickWeighted(callees.map((each) => [each.weight, each] as const));
  for (const type of callee.params) writeArgument(scope, type);
  writer.opcode(Op.call);
  writer.u32(callee.index);
  for (const type of callee.results) {
    if (type === 'i64') writer.opcode(Op.i32WrapI64);
    if (random.chance(50)) local(writer, Op.localSet, random.pick(scope.locals));
    else writer.opcode(Op.drop);
  }
}

function writeArgument(scope: Scope, type: ValueType): void {
  const { random, writer } = scope;
  if (random.chance(60)) constant(writer, random.chance(80) ? random.between(0, MOST_ARGUMENT) : random.between(9, 50));
  else {
    writeNumber(scope, 1);
    constant(writer, 7);
    writer.opcode(i32And);
  }
  if (type === 'i64') writer.opcode(Op.i64ExtendI32U);
}

function writeIf(scope: Scope): void {
  writeCondition(scope);
  within(scope, Op.if, () => {
    writeArm(scope);
    if (!scope.random.chance(50)) return;
    scope.writer.opcode(Op.else);
    writeArm(scope);
  });
}

/** Some arms do not come to their end. */
function writeArm(scope: Scope): void {
  if (scope.random.chance(75)) writeStatements(scope, 3);
  if (scope.random.chance(25)) writeEnding(scope);
}

function writeBlock(scope: Scope): void {
  within(scope, Op.block, () => {
    writeStatements(scope, 3);
    if (scope.random.chance(40)) writeEnding(scope);
  });
}

/** A variable that goes up or down to a bound; now and then one that is changed or left early in between. */
function writeCountedLoop(scope: Scope): void {
  const { random, writer, counters, labels, locals } = scope;
  const counter = random.chance(95) ? counters[Math.min(labels.length, counters.length - 1)] : random.pick(locals);
  if (counter === undefined) {
    writeSet(scope);
    return;
  }
  const trips = random.pick([0, 1, 2, 3, 7, 20]);
  const step = random.pick([1, 1, 1, 2, 3]);
  const form = random.pick(['up', 'down', 'while', 'to zero', 'masked'] as const);
  const isDown = form === 'down' || form === 'to zero';
  const stepIt = (): void => {
    local(writer, Op.localGet, counter);
    constant(writer, isDown ? -step : step);
    writer.opcode(Op.i32Add);
  };
  constant(writer, isDown ? trips * step : 0);
  local(writer, Op.localSet, counter);
  const body = (): void => {
    if (random.chance(80)) writeStatements(scope, 3);
  };
  if (form === 'while') {
    within(scope, Op.block, () =>
      within(scope, Op.loop, () => {
        local(writer, Op.localGet, counter);
        constant(writer, trips * step);
        writer.opcode(i32GeU);
        branch(writer, Op.brIf, 1);
        body();
        stepIt();
        local(writer, Op.localSet, counter);
        branch(writer, Op.br, 0);
        if (random.chance(20)) writeDead(scope);
      }),
    );
    return;
  }
  within(scope, Op.loop, () => {
    body();
    stepIt();
    if (form === 'masked') {
      constant(writer, 7);
      writer.opcode(i32And);
    }
    local(writer, Op.localTee, counter);
    if (form === 'up') {
      constant(writer, trips * step);
      writer.opcode(random.pick([Op.i32LtU, Op.i32LtS]));
    } else if (form === 'down') {
      constant(writer, 0);
      writer.opcode(i32GtS);
    }
    branch(writer, Op.brIf, 0);
  });
}

/** A loop of any shape that turns as long as there is fuel. */
function writeFueledLoop(scope: Scope): void {
  const { random, writer, fuel } = scope;
  within(scope, Op.loop, () => {
    writeStatements(scope, 3);
    writer.opcode(Op.globalGet);
    writer.u32(fuel);
    constant(writer, 1);
    writer.opcode(Op.i32Sub);
    constant(writer, MOST_FUEL);
    writer.opcode(i32And);
    writer.opcode(Op.globalSet);
    writer.u32(fuel);
    writer.opcode(Op.globalGet);
    writer.u32(fuel);
    if (random.chance(50)) branch(writer, Op.brIf, 0);
    else within(scope, Op.if, () => branch(writer, Op.br, 1));
    if (random.chance(30)) writeStatements(scope, 2);
  });
}

/** No loop at all: its back edge is behind something that control does not come past. */
function writeLoopOfOneIteration(scope: Scope): void {
  const { random, writer } = scope;
  const write = (): void =>
    within(scope, Op.loop, () => {
      const depth = scope.labels.length;
      if (random.chance(80)) writeCall(scope);
      if (random.chance(50)) writeStatements(scope, 2);
      if (random.chance(70)) writeExit(scope);
      if (random.chance(20)) writeEnding(scope);
      else within(scope, Op.block, () => writeEnding(scope));
      if (random.chance(30)) writeStatements(scope, 2);
      branch(writer, Op.br, scope.labels.length - depth);
    });
  if (random.chance(40)) within(scope, Op.block, write);
  else {
    writeCondition(scope);
    within(scope, Op.if, write);
  }
}

/** Leaves if a condition holds. */
function writeExit(scope: Scope): void {
  const { random } = scope;
  const depth = forwardDepth(scope);
  writeCondition(scope);
  if (depth !== undefined && random.chance(60)) {
    branch(scope.writer, Op.brIf, depth);
    return;
  }
  within(scope, Op.if, () => {
    if (random.chance(30)) writeStatements(scope, 2);
    writeEnding(scope);
  });
}

/** A block that control does not leave at its end, or only so; what follows it is dead then, or not. */
function writeDivergingBlock(scope: Scope): void {
  const { random, writer } = scope;
  const write = (): void =>
    within(scope, random.pick([Op.block, Op.block, Op.loop]), () => {
      if (random.chance(50)) writeStatements(scope, 2);
      writeEnding(scope);
    });
  if (random.chance(25)) {
    write();
    writeDead(scope);
    return;
  }
  writeCondition(scope);
  within(scope, Op.if, () => {
    write();
    if (random.chance(60)) writeDead(scope);
  });
  if (random.chance(10)) {
    write();
    writer.opcode(Op.unreachable);
  }
}

/** Control does not come past this. What stands behind it is dead. */
function writeEnding(scope: Scope): void {
  const { random, writer, results } = scope;
  const depth = forwardDepth(scope);
  const kind = random.pickWeighted([
    [2, 'unreachable'],
    [3, 'return'],
    [depth === undefined ? 0 : 8, 'br'],
    [depth === undefined ? 0 : 3, 'br_table'],
    [2, 'both arms'],
    [1, 'block'],
  ] as const);
  if (kind === 'unreachable') writer.opcode(Op.unreachable);
  else if (kind === 'return') {
    for (const type of results) {
      writeNumber(scope, 1);
      if (type === 'i64') writer.opcode(Op.i64ExtendI32U);
    }
    writer.opcode(Op.return);
  } else if (kind === 'br') branch(writer, Op.br, depth ?? 0);
  else if (kind === 'br_table') writeBranchTable(scope);
  else if (scope.budget < 0) writer.opcode(Op.unreachable);
  else if (kind === 'both arms') {
    scope.budget -= 1;
    writeCondition(scope);
    within(scope, Op.if, () => {
      writeEnding(scope);
      writer.opcode(Op.else);
      writeEnding(scope);
    });
  } else {
    scope.budget -= 1;
    within(scope, Op.block, () => writeEnding(scope));
  }
  if (random.chance(50)) writeDead(scope);
}

/** What may follow an end of control. Nothing in it needs to end. */
function writeDead(scope: Scope): void {
  const { random, labels, writer } = scope;
  if (random.chance(60)) writeStatements(scope, 2);
  const anywhere = depthsOf(labels, () => true);
  if (anywhere.length > 0 && random.chance(70)) {
    const depth = random.pick(anywhere);
    const opcode = random.pick([Op.br, Op.br, Op.brIf]);
    if (opcode === Op.brIf) writeCondition(scope);
    branch(writer, opcode, depth);
  }
}

function writeBranchTable(scope: Scope): void {
  const { random, writer, labels } = scope;
  const targets = depthsOf(labels, ({ isLoop }) => !isLoop);
  const chosen = Array.from({ length: random.between(1, 4) }, () => random.pick(targets));
  writeNumber(scope, 1);
  writer.opcode(Op.brTable);
  writer.u32(chosen.length - 1);
  for (const depth of chosen) writer.u32(depth);
}

function writeMemory(scope: Scope): void {
  const { random, writer, hasMemory } = scope;
  if (!hasMemory) {
    writeSet(scope);
    return;
  }
  const kind = random.pick(['store', 'fill', 'copy', 'grow'] as const);
  if (kind === 'grow') {
    constant(writer, random.pick([0, 1, 1, 9]));
    writer.opcode(Op.memoryGrow);
    writer.byte(0);
    writer.opcode(Op.drop);
    return;
  }
  constant(writer, random.below(400));
  writeNumber(scope, 1);
  if (kind === 'store') {
    writer.opcode(i32Store);
    writer.u32(0);
    writer.u32(random.below(9));
    return;
  }
  if (kind === 'copy') {
    constant(writer, 255);
    writer.opcode(i32And);
  }
  constant(writer, random.below(50));
  writer.opcode(kind === 'fill' ? Op.memoryFill : Op.memoryCopy);
  writer.byte(0);
  if (kind === 'copy') writer.byte(0);
}

function writeCondition(scope: Scope): void {
  const { random, writer } = scope;
  if (random.chance(15)) {
    constant(writer, random.below(2));
    return;
  }
  writeNumber(scope, 2);
  if (random.chance(40)) {
    constant(writer, random.pick([0, 1, 2, 3, 5]));
    writer.opcode(random.pick([Op.i32Eq, Op.i32LtU, Op.i32LtS, Op.i32GtU, i32GeU]));
  } else if (random.chance(50)) {
    constant(writer, random.pick([1, 2, 3]));
    writer.opcode(i32And);
  }
}

const twoOperands: readonly number[] = [Op.i32Add, Op.i32Sub, i32And, Op.i32Eq, Op.i32LtU];

function writeNumber(scope: Scope, depth: number): void {
  const { random, writer, locals, counters, fuel } = scope;
  const kind = depth === 0 ? random.below(3) : random.below(9);
  if (kind === 0) constant(writer, random.pick([0, 1, 2, 3, 4, 7, 100, -1]));
  else if (kind <= 2) local(writer, Op.localGet, random.pick(random.chance(80) ? locals : counters));
  else if (kind === 3) {
    writer.opcode(Op.globalGet);
    writer.u32(fuel);
  } else if (kind <= 6) {
    writeNumber(scope, depth - 1);
    writeNumber(scope, depth - 1);
    writer.opcode(random.pick(twoOperands));
  } else if (kind === 7) {
    writeNumber(scope, depth - 1);
    writeNumber(scope, depth - 1);
    writeNumber(scope, depth - 1);
    writer.opcode(Op.select);
  } else writeBlockWithResult(scope, depth);
}

/** A label that carries a value, and now and then a way out of it in the middle. */
function writeBlockWithResult(scope: Scope, depth: number): void {
  const { random, writer, labels } = scope;
  const isIf = random.chance(50);
  if (isIf) writeNumber(scope, depth - 1);
  writer.opcode(isIf ? Op.if : Op.block);
  writer.valueType('i32');
  labels.push({ isLoop: false, canBranch: false });
  writeNumber(scope, depth - 1);
  if (random.chance(40)) {
    writeNumber(scope, 0);
    branch(writer, Op.brIf, 0);
  }
  if (isIf) {
    writer.opcode(Op.else);
    writeNumber(scope, depth - 1);
    const out = forwardDepth(scope);
    if (out !== undefined && random.chance(20)) branch(writer, Op.br, out);
  }
  labels.pop();
  writer.opcode(Op.end);
}

/** Depth of a block or `if` to leave, if one is open. */
function forwardDepth({ random, labels }: Scope): number | undefined {
  const depths = depthsOf(labels, ({ isLoop }) => !isLoop);
  return depths.length === 0 ? undefined : random.pick(depths);
}

function depthsOf(labels: readonly Label[], fits: (label: Label) => boolean): readonly number[] {
  return labels.flatMap((label, index) => (label.canBranch && fits(label) ? [labels.length - 1 - index] : []));
}

/** Writes a `block`, `loop` or `if` without a value around what `content` writes. */
export function within({ writer, labels }: Scope, opcode: number, content: () => void): void {
  writer.opcode(opcode);
  writer.byte(EMPTY_BLOCK_TYPE);
  labels.push({ isLoop: opcode === Op.loop, canBranch: true });
  content();
  labels.pop();
  writer.opcode(Op.end);
}

function branch(writer: Writer, opcode: number, depth: number): void {
  writer.opcode(opcode);
  writer.u32(depth);
}

function constant(writer: Writer, value: number): void {
  writer.opcode(Op.i32Const);
  writer.s32(value);
}

function local(writer: Writer, opcode: number, index: number): void {
  writer.opcode(opcode);
  writer.u32(index);
}
