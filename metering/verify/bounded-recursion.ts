/**
 * Shows that a parameter falls: whenever the function calls itself, what it hands over is less than what it got, as
 * numbers without sign. So one call is followed by at most as many of itself, one inside the other, as the parameter says.
 *
 * What the parameter's local and the operands hold is known as the argument - n with n >= `fallen`, and as `least` or
 * more: a constant up to `least` can be subtracted without that anything wraps around.
 */
import { Op, opcodeOf } from '../format/opcodes.ts';
import { operandCounts } from './call-facts.ts';
import type { Token } from './erase.ts';
import { arriving, heightOf, mergeOperands, type Operands, pushed } from './operands.ts';
import type { CodeInstruction, ModuleCode } from './read-module.ts';
import { type Domain, walk } from './walk.ts';

interface Bounds {
  readonly fallen: number;
  readonly least: number;
}

/** What the parameter's local is at least if the operand is not zero, and if it is. */
interface Condition {
  readonly ifTrue: number;
  readonly ifFalse: number;
}

interface Operand {
  readonly bounds?: Bounds | undefined;
  readonly constant?: number;
  readonly condition?: Condition | undefined;
  /** It is what the parameter's local holds, or held. */
  readonly isParam?: boolean;
  /** Of the parameter's local, when the condition, or `isParam`, was said of it. */
  readonly version?: number;
}

interface State {
  bounds: Bounds | undefined;
  /** Of what the parameter's local holds: another number after each way in which that can change. */
  version: number;
  stack: Operands<Operand>;
  /** Of the `if` or `br_if` that is passed. */
  condition: Condition | undefined;
}

/** What is known at the head of a loop is weakened until it holds on the back edges too; mostly once. */
const MAX_PASSES = 10;

export function boundsRecursion(
  module: ModuleCode,
  functionIndex: number,
  param: number,
  tokens: readonly Token[],
): boolean {
  const heads = new Map<number, Bounds | undefined>();
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const domain = new DecreaseDomain(module, functionIndex, param, heads);
    walk(tokens, domain);
    if (domain.isStable) return domain.isFalling;
  }
  return false;
}

class DecreaseDomain implements Domain<State> {
  readonly entry: State = { bounds: { fallen: 0, least: 0 }, version: 0, stack: undefined, condition: undefined };
  isFalling = true;
  isStable = true;
  #lastVersion = 0;
  readonly #module: ModuleCode;
  readonly #functionIndex: number;
  readonly #param: number;
  /** By the index of a `loop`: what holds at its head on all ways that were seen in passes before. */
  readonly #heads: Map<number, Bounds | undefined>;

  constructor(module: ModuleCode, functionIndex: number, param: number, heads: Map<number, Bounds | undefined>) {
    this.#module = module;
    this.#functionIndex = functionIndex;
    this.#param = param;
    this.#heads = heads;
  }

  copy(state: State): State {
    return { ...state };
  }

  visit(state: State, { opcode, immediate }: CodeInstruction): State {
    const push = (value: Operand): void => {
      state.stack = pushed(state.stack, value);
    };
    const pop = (): Operand => {
      const value = state.stack?.value ?? UNKNOWN;
      state.stack = state.stack?.below;
      return value;
    };
    const isParam = Number(immediate) === this.#param;
    switch (opcode) {
      case Op.localGet:
        push(isParam ? { bounds: state.bounds, isParam, version: state.version } : UNKNOWN);
        return state;
      case Op.localTee:
      case Op.localSet: {
        const value = pop();
        if (isParam) {
          state.bounds = value.bounds;
          state.version = this.#newVersion();
        }
        if (opcode === Op.localTee) push(isParam ? { bounds: value.bounds, isParam, version: state.version } : value);
        return state;
      }
      case Op.i32Const:
      case Op.i64Const:
        push({ constant: Number(immediate) });
        return state;
      case Op.if:
      case Op.brIf: {
        const value = pop();
        state.condition = conditionOf(value, state.version);
        return state;
      }
    }
    const [taken, given] = operandCounts(this.#module, opcode, Number(immediate));
    const operands = Array.from({ length: taken }, pop).reverse();
    if (opcode === Op.call && Number(immediate) === this.#functionIndex) {
      const { bounds } = operands[this.#param] ?? UNKNOWN;
      if (bounds === undefined || bounds.fallen < 1) this.isFalling = false;
    }
    const [left, right] = operands;
    if (given === 1) {
      push(left === undefined ? UNKNOWN : evaluate(opcodeOf(opcode).mnemonic, left, right ?? UNKNOWN, state.version));
    }
    return state;
  }

  decide(state: State, _index: number, isTaken: boolean): State {
    const { bounds, condition } = state;
    state.condition = undefined;
    if (bounds === undefined || condition === undefined) return state;
    const least = isTaken ? condition.ifTrue : condition.ifFalse;
    state.bounds = { ...bounds, least: Math.max(bounds.least, least) };
    return state;
  }

  height({ stack }: State): number {
    return heightOf(stack);
  }

  arrive(state: State, height: number, arity: number): State {
    return { ...state, stack: arriving(state.stack, height, arity) };
  }

  merge(left: State, right: State): State {
    left.stack = mergeOperands(left.stack, right.stack, () => UNKNOWN);
    if (left.version !== right.version) left.version = this.#newVersion();
    left.bounds = weaker(left.bounds, right.bounds);
    return left;
  }

  enterLoop(state: State, index: number): State {
    if (this.#heads.has(index)) state.bounds = weaker(state.bounds, this.#heads.get(index));
    this.#heads.set(index, state.bounds);
    state.version = this.#newVersion();
    return state;
  }

  takeBack({ bounds }: State, index: number): void {
    const head = this.#heads.get(index);
    const weakened = weaker(head, bounds);
    if (weakened?.fallen === head?.fallen && weakened?.least === head?.least) return;
    this.#heads.set(index, weakened);
    this.isStable = false;
  }

  #newVersion(): number {
    this.#lastVersion += 1;
    return this.#lastVersion;
  }
}

function conditionOf({ isParam, version, condition }: Operand, now: number): Condition | undefined {
  if (version !== now) return undefined;
  return isParam === true ? notZero : condition;
}

const UNKNOWN: Operand = {};

const notZero: Condition = { ifTrue: 1, ifFalse: 0 };

function weaker(left: Bounds | undefined, right: Bounds | undefined): Bounds | undefined {
  if (left === undefined || right === undefined) return undefined;
  return { fallen: Math.min(left.fallen, right.fallen), least: Math.min(left.least, right.least) };
}

/** Constants from 0 on that are the same number with and without a sign, in both types. */
const MAX_CONSTANT = 2 ** 31 - 1;

function evaluate(mnemonic: string, left: Operand, right: Operand, now: number): Operand {
  const operation = mnemonic.slice('i32.'.length);
  const { constant = Number.NaN } = right;
  switch (operation) {
    case 'add':
      return less(left.bounds, 0 - constant);
    case 'sub':
      return less(left.bounds, constant);
    case 'eqz':
      return { condition: opposite(conditionOf(left, now)), version: now };
    default:
      if (left.isParam !== true || left.version !== now) return UNKNOWN;
      return { condition: compared(operation, constant), version: now };
  }
}

function less(bounds: Bounds | undefined, by: number): Operand {
  if (bounds === undefined || !(by >= 0 && by <= bounds.least)) return UNKNOWN;
  return { bounds: { fallen: bounds.fallen + by, least: bounds.least - by } };
}

function opposite(condition: Condition | undefined): Condition | undefined {
  return condition && { ifTrue: condition.ifFalse, ifFalse: condition.ifTrue };
}

/** A number with a sign that is not below a constant from 0 on is not below it without one either. */
function compared(operation: string, constant: number): Condition | undefined {
  if (!(constant >= 0 && constant <= MAX_CONSTANT)) return undefined;
  switch (operation.replace(/_[su]$/, '')) {
    case 'ge':
      return { ifTrue: constant, ifFalse: 0 };
    case 'gt':
      return { ifTrue: constant + 1, ifFalse: 0 };
    case 'lt':
      return { ifTrue: 0, ifFalse: constant };
    case 'le':
      return { ifTrue: 0, ifFalse: constant + 1 };
    case 'eq':
      return { ifTrue: constant, ifFalse: constant === 0 ? 1 : 0 };
    case 'ne':
      return { ifTrue: constant === 0 ? 1 : 0, ifFalse: constant };
    default:
      return undefined;
  }
}
