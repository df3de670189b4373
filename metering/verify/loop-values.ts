/**
 * Follows what the guest's locals hold, as sums of unknowns: enough to see a variable that changes by the same step in
 * every iteration of a loop, and the comparison that ends it.
 */
import { Op, opcodeOf } from '../format/opcodes.ts';
import { operandCounts } from './call-facts.ts';
import type { Token } from './erase.ts';
import { type Bits, constantForm, isSameForm, type LinearForm, sumOf, unknownForm } from './linear-form.ts';
import { type Nesting, nestingOf } from './nesting.ts';
import { arriving, cutTo, heightOf, mergeOperands, type Operands, pushed } from './operands.ts';
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
  readonly comparison?: Comparison;
}

export interface LoopNotes {
  /** By local: what it holds before the loop. */
  readonly before: readonly Value[];
  /** By local: what it holds where an iteration begins. */
  readonly atHeader: readonly Value[];
  /** Unknowns from here on are named inside the loop. */
  readonly firstInside: number;
  /** By local: what it holds on each back edge. */
  readonly onBackEdges: (readonly Value[])[];
  /** What decides each `br_if` of which it is the innermost loop, by the index of that. */
  readonly conditions: Map<number, Value>;
  /** Of those that by themselves go back or out, and so decide what the iteration comes to: whether they go back. */
  readonly leadsBack: ReadonlyMap<number, boolean>;
}

/** By the index of the `loop` instruction. */
export function followValues(
  module: ModuleCode,
  body: FunctionCode,
  tokens: readonly Token[],
): ReadonlyMap<number, LoopNotes> {
  const domain = new ValueDomain(module, body);
  walk(tokens, domain);
  return domain.loops;
}

interface ValueState {
  readonly locals: Value[];
  stack: Operands<Value>;
}

class ValueDomain implements Domain<ValueState> {
  readonly loops = new Map<number, LoopNotes>();
  readonly entry: ValueState;
  readonly #module: ModuleCode;
  readonly #nesting: Nesting;
  #lastUnknown = 0;

  constructor(module: ModuleCode, body: FunctionCode) {
    this.#module = module;
    this.#nesting = nestingOf(body.code);
    const params = module.types[body.typeIndex]?.params ?? [];
    this.entry = { locals: [...params.map(() => this.#unknown()), ...body.locals.map(() => ZERO)], stack: undefined };
  }

  #unknown(): Value {
    this.#lastUnknown += 1;
    return { form: unknownForm(this.#lastUnknown) };
  }

  copy({ locals, stack }: ValueState): ValueState {
    return { locals: [...locals], stack };
  }

  visit(state: ValueState, { opcode, immediate }: CodeInstruction, index: number): ValueState {
    const { locals } = state;
    const push = (value: Value): void => {
      state.stack = pushed(state.stack, value);
    };
    const pop = (): Value => {
      const value = state.stack?.value ?? this.#unknown();
      state.stack = state.stack?.below;
      return value;
    };
    switch (opcode) {
      case Op.if:
      case Op.brTable:
        pop();
        break;
      case Op.brIf: {
        const condition = pop();
        this.loops.get(this.#nesting.loopOf.get(index) ?? -1)?.conditions.set(index, condition);
        break;
      }
      case Op.localGet:
        push(locals[Number(immediate)] ?? this.#unknown());
        break;
      case Op.localSet:
        locals[Number(immediate)] = pop();
        break;
      case Op.localTee:
        locals[Number(immediate)] = state.stack?.value ?? this.#unknown();
        break;
      case Op.i32Const:
        push({ form: constantForm(32, immediate) });
        break;
      case Op.i64Const:
        push({ form: constantForm(64, immediate) });
        break;
      case Op.i32Add:
      case Op.i32Sub:
      case Op.i64Add:
      case Op.i64Sub: {
        const right = pop();
        const left = pop();
        const bits = opcode === Op.i32Add || opcode === Op.i32Sub ? 32 : 64;
        const form = sumOf(bits, left.form, right.form, opcode === Op.i32Add || opcode === Op.i64Add ? 1n : -1n);
        push(form.terms.length > MAX_TERMS ? this.#unknown() : { form });
        break;
      }
      case Op.i32Eqz:
        push({ ...this.#unknown(), comparison: negated(comparisonOf(pop())) });
        break;
      case Op.i64Eqz:
        push({ ...this.#unknown(), comparison: negated(isNotZero(64, pop().form)) });
        break;
      default: {
        const relation = relations.get(opcodeOf(opcode).mnemonic);
        const [taken, given] = operandCounts(this.#module, opcode, Number(immediate));
        if (relation !== undefined) {
          const right = pop().form;
          push({ ...this.#unknown(), comparison: { ...relation, left: pop().form, right } });
          break;
        }
        state.stack = cutTo(state.stack, heightOf(state.stack) - taken);
        for (let count = 0; count < given; count += 1) push(this.#unknown());
      }
    }
    return state;
  }

  height({ stack }: ValueState): number {
    return heightOf(stack);
  }

  arrive({ locals, stack }: ValueState, height: number, arity: number): ValueState {
    return { locals, stack: arriving(stack, height, arity) };
  }

  merge(left: ValueState, right: ValueState): ValueState {
    const merged = (one: Value, other: Value): Value => (isSameForm(one.form, other.form) ? one : this.#unknown());
    for (const [index, value] of left.locals.entries()) {
      const other = right.locals[index];
      if (other !== value) left.locals[index] = other === undefined ? this.#unknown() : merged(value, other);
    }
    left.stack = mergeOperands(left.stack, right.stack, merged);
    return left;
  }

  enterLoop(state: ValueState, index: number): ValueState {
    const before = [...state.locals];
    const firstInside = this.#lastUnknown + 1;
    for (const local of this.#nesting.setIn.get(index) ?? []) state.locals[local] = this.#unknown();
    this.loops.set(index, {
      before,
      atHeader: [...state.locals],
      firstInside,
      onBackEdges: [],
      conditions: new Map(),
      leadsBack: this.#nesting.leadsBack,
    });
    return state;
  }

  takeBack({ locals }: ValueState, index: number): void {
    this.loops.get(index)?.onBackEdges.push([...locals]);
  }
}

/** Longer sums are taken for unknown. */
const MAX_TERMS = 4;

const ZERO: Value = { form: constantForm(32, 0) };

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
