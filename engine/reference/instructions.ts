import type { FunctionType } from '../../metering/format/module.ts';
import { EngineError } from '../errors.ts';
import { GuestTrap } from '../guest-exit.ts';
import { TrapCode } from '../outcome.ts';
import { callFunction } from './calls.ts';
import { type Load, loads, type Store, stores } from './memory-access.ts';
import { type NumericOperation, numericOperations, type Value } from './numeric.ts';
import type { Operation, ProgramFunction } from './program.ts';
import { type Action, type Activation, type Label, pop, popI32, popU32, type Run } from './run.ts';

function openBlock(run: Run, { labels }: Activation, { instruction, afterEnd }: Operation): void {
  const arity = instruction.blockType === undefined ? 0 : 1;
  labels.push({ target: afterEnd, arity, height: run.stack.length, isLoop: false });
}

/** Takes the label `depth` levels out. A loop's own label stays: its body begins again inside it. */
function branch(run: Run, activation: Activation, depth: number): void {
  const { labels } = activation;
  const index = labels.length - 1 - depth;
  const { target, arity, height, isLoop } = labels[index] as Label;
  const kept = arity === 0 ? [] : run.stack.slice(-arity);
  run.stack.length = height;
  run.stack.push(...kept);
  labels.length = isLoop ? index + 1 : index;
  activation.next = target;
}

const control: Readonly<Record<string, Action>> = {
  unreachable: () => {
    throw new GuestTrap(TrapCode.Unreachable);
  },
  nop: () => {},
  block: openBlock,
  loop: (run, { labels, next }) => {
    labels.push({ target: next, arity: 0, height: run.stack.length, isLoop: true });
  },
  if: (run, activation, operation) => {
    const isTaken = popI32(run) !== 0;
    if (!isTaken) activation.next = operation.afterElse;
    // Without an else nothing is open any more: control is past the end.
    if (isTaken || operation.afterElse !== operation.afterEnd) openBlock(run, activation, operation);
  },
  // Only the end of the first arm gets here.
  else: (run, activation) => branch(run, activation, 0),
  end: (_run, activation) => {
    activation.labels.pop();
  },
  br: (run, activation, { instruction }) => branch(run, activation, Number(instruction.immediate)),
  br_if: (run, activation, { instruction }) => {
    if (popI32(run) !== 0) branch(run, activation, Number(instruction.immediate));
  },
  br_table: (run, activation, { instruction }) => {
    const labels = instruction.labels as readonly number[];
    const index = Math.min(popU32(run), labels.length - 1);
    branch(run, activation, labels[index] as number);
  },
  return: (run, activation) => branch(run, activation, activation.labels.length - 1),
  call: (run, _activation, { instruction }) =>
    callFunction(run, run.program.functions[Number(instruction.immediate)] as ProgramFunction),
  call_indirect: (run, _activation, { instruction }) => {
    const { table, functions, module } = run.program;
    const slot = popU32(run);
    if (slot >= table.length) throw new GuestTrap(TrapCode.TableOutOfBounds);
    const functionIndex = table[slot];
    const callee = functionIndex === undefined ? undefined : functions[functionIndex];
    const expected = module.types[Number(instruction.immediate)] as FunctionType;
    if (callee === undefined || !isSameType(callee.type, expected)) {
      throw new GuestTrap(TrapCode.IndirectCallMismatch);
    }
    callFunction(run, callee);
  },
};

function isSameType(a: FunctionType, b: FunctionType): boolean {
  return a.params.join() === b.params.join() && a.results.join() === b.results.join();
}

const parametric: Readonly<Record<string, Action>> = {
  drop: (run) => {
    pop(run);
  },
  select: (run) => {
    const isFirst = popI32(run) !== 0;
    const second = pop(run);
    const first = pop(run);
    run.stack.push(isFirst ? first : second);
  },
  'local.get': (run, { locals }, { instruction }) => {
    run.stack.push(locals[Number(instruction.immediate)] as Value);
  },
  'local.set': (run, { locals }, { instruction }) => {
    locals[Number(instruction.immediate)] = pop(run);
  },
  'local.tee': (run, { locals }, { instruction }) => {
    locals[Number(instruction.immediate)] = run.stack.at(-1) as Value;
  },
  'global.get': (run, _activation, { instruction }) => {
    run.stack.push(run.globals[Number(instruction.immediate)] as Value);
  },
  'global.set': (run, _activation, { instruction }) => {
    run.globals[Number(instruction.immediate)] = pop(run);
  },
  'i32.const': (run, _activation, { instruction }) => {
    run.stack.push(instruction.immediate);
  },
  'i64.const': (run, _activation, { instruction }) => {
    run.stack.push(instruction.immediate);
  },
};

const memory: Readonly<Record<string, Action>> = {
  'memory.size': (run) => {
    run.stack.push(run.memory.pages);
  },
  'memory.grow': (run) => {
    const pages = popU32(run);
    if (!run.memory.mayGrow(pages)) {
      run.stack.push(-1);
      return;
    }
    const held = run.memory.pages;
    if (pages > 0) {
      const { memoryGrowPerPage, memoryGrowPerHeldPage } = run.program.costs;
      const isFirst = held === run.program.minPages;
      run.gas.charge(pages * memoryGrowPerPage + (isFirst ? held + pages : pages) * memoryGrowPerHeldPage);
      run.memory.grow(pages);
    }
    run.stack.push(held);
  },
  'memory.copy': (run) => {
    const [length, from, to] = [popU32(run), popU32(run), popU32(run)];
    run.gas.charge(length * run.program.costs.bulkMemoryPerByte);
    const source = run.memory.range(from, length);
    run.memory.range(to, length).set(source);
  },
  'memory.fill': (run) => {
    const [length, value, to] = [popU32(run), popU32(run), popU32(run)];
    run.gas.charge(length * run.program.costs.bulkMemoryPerByte);
    run.memory.range(to, length).fill(value);
  },
};

/** The bytes that a load or store at a dynamic address touches. Address and static offset are added without wrapping. */
function accessed(run: Run, address: number, staticOffset: number | bigint, widthBytes: number): DataView {
  const { buffer, byteOffset } = run.memory.range(address + Number(staticOffset), widthBytes);
  return new DataView(buffer, byteOffset, widthBytes);
}

function loadAction({ widthBytes, read }: Load): Action {
  return (run, _activation, { instruction }) => {
    const address = popU32(run);
    run.stack.push(read(accessed(run, address, instruction.immediate, widthBytes)));
  };
}

function storeAction({ widthBytes, write }: Store): Action {
  return (run, _activation, { instruction }) => {
    const value = pop(run);
    const address = popU32(run);
    write(accessed(run, address, instruction.immediate, widthBytes), value);
  };
}

function numericAction({ operandCount, apply }: NumericOperation): Action {
  if (operandCount === 1) return ({ stack }) => stack.push(apply(stack.pop() as Value, 0));
  return (run) => {
    const right = pop(run);
    const left = pop(run);
    run.stack.push(apply(left, right));
  };
}

function actionsFrom<T>(rows: Readonly<Record<string, T>>, actionOf: (row: T) => Action): [string, Action][] {
  return Object.entries(rows).map(([mnemonic, row]) => [mnemonic, actionOf(row)]);
}

const actions: ReadonlyMap<string, Action> = new Map([
  ...Object.entries({ ...control, ...parametric, ...memory }),
  ...actionsFrom(loads, loadAction),
  ...actionsFrom(stores, storeAction),
  ...actionsFrom(numericOperations, numericAction),
]);

/** What an instruction does. */
export function actionOf(mnemonic: string): Action {
  const action = actions.get(mnemonic);
  if (action === undefined) throw new EngineError('internal', `the reference interpreter does not know ${mnemonic}`);
  return action;
}
