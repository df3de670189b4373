/**
 * Follows what the guest's locals hold, as sums of unknowns: enough to see a variable that changes by the same step in
 * every turn of a loop, and the comparison that ends it.
 */
import { Op, opcodeOf } from '../opcodes.ts';
import { operandCounts } from './call-facts.ts';
import type { Token } from './erase.ts';
import { type Bits, constantForm, isSameForm, type LinearForm, sumOf, unknownForm } from './linear-form.ts';
import type { CodeInstruction, FunctionCode, ModuleCode } from './read-module.ts';
import { type Domain, walk } from './walk.ts';

export type Relation = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

export interface Comparison {
  /** Of the type of both sides. */
  readonly bits: Bits;
  readonly relation: Relation;
  readonly isSigned: boolean;
  readonly left: LinearForm;
  readonly right: LinearForm;
}

export interface Value {
  readonly form: LinearForm;
  /** Of a comparison's outcome. */
  readonly comparison: Comparison | undefined;
}

export interface LoopNotes {
  /** By local: what it holds before the loop. */
  readonly before: readonly Value[];
  /** By local: what it holds where a turn begins. */
  readonly atHeader: readonly Value[];
  /** Unknowns from here on are named inside the loop. */
  readonly firstInside: number;
  /** By local: what it holds on each way back. */
  readonly onWaysBack: (readonly Value[])[];
}

export interface FunctionValues {
  /** By the index of the `loop` instruction. */
  readonly loops: ReadonlyMap<number, LoopNotes>;
  /** By the index of a `br_if`: what decides it. */
  readonly conditions: ReadonlyMap<number, Value>;
}

export function followValues(module: ModuleCode, body: FunctionCode, tokens: readonly Token[]): FunctionValues {
  const domain = new ValueDomain(module, body);
  walk(tokens, domain);
  return domain;
}

interface ValueState {
  readonly locals: Value[];
  readonly stack: Value[];
}

class ValueDomain implements Domain<ValueState>, FunctionValues {
  readonly loops = new Map<number, LoopNotes>();
  readonly conditions = new Map<number, Value>();
  readonly entry: ValueState;
  readonly #module: ModuleCode;
  readonly #setInLoop: ReadonlyMap<number, ReadonlySet<number>>;
  #lastUnknown = 0;

  constructor(module: ModuleCode, body: FunctionCode) {
    this.#module = module;
    this.#setInLoop = localsSetInLoops(body.code);
    const params = module.types[body.typeIndex]?.params ?? [];
    this.entry = { locals: [...params.map(() => this.#unknown()), ...body.locals.map(() => ZERO)], stack: [] };
  }

  #unknown(): Value {
    this.#lastUnknown += 1;
    return { form: unknownForm(this.#lastUnknown), comparison: undefined };
  }

  copy({ locals, stack }: ValueState): ValueState {
    return { locals: [...locals], stack: [...stack] };
  }

  visit(state: ValueState, { opcode, immediate }: CodeInstruction, index: number): ValueState {
    const { locals, stack } = state;
    const pop = (): Value => stack.pop() ?? this.#unknown();
    switch (opcode) {
      case Op.if:
      case Op.brTable:
        pop();
        break;
      case Op.brIf:
        this.conditions.set(index, pop());
        break;
      case Op.localGet:
        stack.push(locals[Number(immediate)] ?? this.#unknown());
        break;
      case Op.localSet:
        locals[Number(immediate)] = pop();
        break;
      case Op.localTee:
        locals[Number(immediate)] = stack.at(-1) ?? this.#unknown();
        break;
      case Op.i32Const:
        stack.push({ form: constantForm(32, immediate), comparison: undefined });
        break;
      case Op.i64Const:
        stack.push({ form: constantForm(64, immediate), comparison: undefined });
        break;
      case Op.i32Add:
      case Op.i32Sub:
      case Op.i64Add:
      case Op.i64Sub: {
        const right = pop();
        const left = pop();
        const bits = opcode === Op.i32Add || opcode === Op.i32Sub ? 32 : 64;
        const form = sumOf(bits, left.form, right.form, opcode === Op.i32Add || opcode === Op.i64Add ? 1n : -1n);
        stack.push(form.terms.length > MAX_TERMS ? this.#unknown() : { form, comparison: undefined });
        break;
      }
      case Op.i32Eqz:
        stack.push({ ...this.#unknown(), comparison: negated(comparisonOf(pop())) });
        break;
      case Op.i64Eqz:
        stack.push({ ...this.#unknown(), comparison: negated(isNotZero(64, pop().form)) });
        break;
      default: {
        const relation = relations.get(opcodeOf(opcode).mnemonic);
        const [taken, given] = operandCounts(this.#module, opcode, Number(immediate));
        const [left, right] = stack.splice(stack.length - taken, taken);
        for (let count = 0; count < given; count += 1) stack.push(this.#unknown());
        if (relation === undefined || left === undefined || right === undefined) break;
        const comparison = { ...relation, left: left.form, right: right.form };
        stack[stack.length - 1] = { ...this.#unknown(), comparison };
      }
    }
    return state;
  }

  step(state: ValueState): ValueState {
    return state;
  }

  decide(state: ValueState): ValueState {
    return state;
  }

  height({ stack }: ValueState): number {
    return stack.length;
  }

  arrive({ locals, stack }: ValueState, height: number, arity: number): ValueState {
    const carried = arity === 0 ? [] : stack.slice(-arity);
    return { locals, stack: [...stack.slice(0, height), ...carried] };
  }

  merge(left: ValueState, right: ValueState): ValueState {
    const merged = (values: Value[], others: readonly Value[]): void => {
      for (const [index, value] of values.entries()) {
        const other = others[index];
        if (other !== value && (other === undefined || !isSameForm(value.form, other.form))) {
          values[index] = this.#unknown();
        }
      }
    };
    merged(left.locals, right.locals);
    merged(left.stack, right.stack);
    return left;
  }

  enterLoop(state: ValueState, index: number): ValueState {
    const before = [...state.locals];
    const firstInside = this.#lastUnknown + 1;
    for (const local of this.#setInLoop.get(index) ?? []) state.locals[local] = this.#unknown();
    this.loops.set(index, { before, atHeader: [...state.locals], firstInside, onWaysBack: [] });
    return state;
  }

  takeBack({ locals }: ValueState, index: number): void {
    this.loops.get(index)?.onWaysBack.push([...locals]);
  }

  leaveLoops(state: ValueState): ValueState {
    return state;
  }

  leaveFunction(): void {}
}

/** Longer sums are taken for unknown. */
const MAX_TERMS = 4;

const ZERO: Value = { form: constantForm(32, 0), comparison: undefined };

type RelationRow = readonly [mnemonic: string, Pick<Comparison, 'bits' | 'relation' | 'isSigned'>];

const relations: ReadonlyMap<string, RelationRow[1]> = new Map(
  ([32, 64] as const).flatMap((bits) =>
    (['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const).flatMap((relation): readonly RelationRow[] => [
      [`i${bits}.${relation}`, { bits, relation, isSigned: false }],
      [`i${bits}.${relation}_u`, { bits, relation, isSigned: false }],
      [`i${bits}.${relation}_s`, { bits, relation, isSigned: true }],
    ]),
  ),
);

/** When the value, an i32, is not zero. */
export function comparisonOf({ form, comparison }: Value): Comparison {
  return comparison ?? isNotZero(32, form);
}

function isNotZero(bits: Bits, form: LinearForm): Comparison {
  return { bits, relation: 'ne', isSigned: false, left: form, right: ZERO.form };
}

export function negated(comparison: Comparison): Comparison {
  const opposite = { eq: 'ne', ne: 'eq', lt: 'ge', ge: 'lt', le: 'gt', gt: 'le' } as const;
  return { ...comparison, relation: opposite[comparison.relation] };
}

/** By the index of a `loop` instruction. */
function localsSetInLoops(code: readonly CodeInstruction[]): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  const open: (Set<number> | undefined)[] = [];
  for (const [index, { opcode, immediate }] of code.entries()) {
    if (opcode === Op.loop) {
      open.push(new Set());
      found.set(index, open.at(-1) as Set<number>);
    } else if (opcode === Op.block || opcode === Op.if) {
      open.push(undefined);
    } else if (opcode === Op.end) {
      const inner = open.pop();
      const outer = open.findLast((set) => set !== undefined);
      for (const local of inner ?? []) outer?.add(local);
    } else if (opcode === Op.localSet || opcode === Op.localTee) {
      open.findLast((set) => set !== undefined)?.add(Number(immediate));
    }
  }
  return found;
}
