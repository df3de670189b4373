/**
 * Recognises injected code. All of it begins with a read of an injected local or global, which no guest can write, so that
 * it is never a question whether an instruction is the guest's.
 */
import { Op, opcodeOf } from '../format/opcodes.ts';
import { type Expression, expression, type TrapCondition } from './expression.ts';
import type { Placement } from './placement.ts';
import type { CodeInstruction } from './read-module.ts';
import { BLOCK_SHIFT, GRANULE_SHIFT } from './tracking-code.ts';
import { type VerificationCode, VerificationFailed } from './verification-failed.ts';

/** Where a counter is: in its global, or in the local of this index. */
export type Counter = 'global' | number;

export type Step =
  /** counter -= amount; traps below zero if it checks. */
  | {
      readonly kind: 'charge';
      readonly counter: Counter;
      readonly amount: number;
      readonly isChecked: boolean;
      /** Locals that are overwritten besides. */
      readonly scratch: readonly number[];
    }
  /** counter -= trips * perIteration + once */
  | {
      readonly kind: 'trip-count';
      readonly counter: Counter;
      readonly trips: Expression;
      readonly traps: readonly TrapCondition[];
      readonly perIteration: number;
      readonly once: number;
      readonly isChecked: boolean;
      readonly scratch: readonly number[];
    }
  /** The counter moves to the local, and back; local = stack. */
  | { readonly kind: 'load' | 'store' | 'keep-stack'; readonly local: number }
  /** local = stack - words, which traps below zero, and is in the stack global then; stack = local + words. */
  | { readonly kind: 'take-frame' | 'set-stack'; readonly local: number; readonly words: number };

/** A call that takes gas along as a parameter. */
export interface Handover {
  readonly functionIndex: number;
  /** Where the counter is, and where it comes back to. */
  readonly gas: number;
  readonly gasAfter: number;
  /** Of its first byte in the module. */
  readonly offset: number;
}

/** What in an instrumented function is injected. */
export interface Layout {
  readonly functionIndex: number;
  readonly placement: Placement;
  /** Of the guest's function: parameters, and locals that it declares. */
  readonly paramCount: number;
  readonly localCount: number;
  /** Parameters that were added, behind the guest's and in front of its locals. */
  readonly addedParams: number;
  /** The first of the locals in which it keeps track of its writes (`trackingLocals`), if it does. */
  readonly trackingLocal: number | undefined;
  /** By function index of the guest: the injected function that has its code, if that takes the counters by value. */
  readonly byValueOf: (functionIndex: number) => number | undefined;
}

/** Where the guest's local is in the instrumented function. */
export function movedLocal({ paramCount, addedParams }: Layout, local: number): number {
  return local < paramCount ? local : local + addedParams;
}

/** The guest's local that this was; `undefined` for an injected one. */
function guestLocal({ paramCount, localCount, addedParams }: Layout, local: number): number | undefined {
  if (local < paramCount) return local;
  const moved = local - addedParams;
  return moved >= paramCount && moved < paramCount + localCount ? moved : undefined;
}

/** Behind the first local for tracking. */
const BITS = 3;

type Pattern = readonly (readonly [opcode: number, immediate?: number | bigint])[];

const trapIfTrue: Pattern = [[Op.if], [Op.unreachable], [Op.end]];
const trapIfNegative: Pattern = [[Op.i64Const, 0n], [Op.i64LtS], ...trapIfTrue];

/** Far more than the code of any step. */
const MAX_EXPRESSION_SIZE = 2_000;
/** More at once, even of what is computed for nothing, would make native frames larger than the words that are taken for them. */
const MAX_OPERANDS = 6;

const EMPTY: Expression = expression('nothing', []);

export class StepReader {
  /** Index of the next instruction. */
  at = 0;
  readonly #code: readonly CodeInstruction[];
  readonly #layout: Layout;

  constructor(code: readonly CodeInstruction[], layout: Layout) {
    this.#code = code;
    this.#layout = layout;
  }

  /** The next instruction. */
  get next(): CodeInstruction {
    const found = this.#code[this.at];
    if (found === undefined) throw new RangeError('past the last instruction');
    return found;
  }

  get isAtEnd(): boolean {
    return this.at === this.#code.length;
  }

  fail(code: VerificationCode, expected: string, actual: string | number = this.#describeNext()): VerificationFailed {
    const offset = (this.#code[this.at] ?? this.#code.at(-1))?.offset ?? 0;
    return new VerificationFailed(code, this.#layout.functionIndex, offset, expected, actual);
  }

  #describeNext(): string {
    if (this.isAtEnd) return 'the end';
    const { opcode, immediate } = this.next;
    return `${opcodeOf(opcode).mnemonic} ${immediate}`;
  }

  /** Steps over the instruction if it is the next one. */
  skip(opcode: number, immediate?: number | bigint): boolean {
    const next = this.#code[this.at];
    if (next?.opcode !== opcode || (immediate !== undefined && next.immediate !== immediate)) return false;
    this.at += 1;
    return true;
  }

  /** No injected `if` has a result. */
  take(opcode: number, immediate?: number | bigint): CodeInstruction {
    const found = this.#code[this.at];
    if (found === undefined || !this.skip(opcode, immediate)) {
      const { mnemonic } = opcodeOf(opcode);
      throw this.fail('injected-state', immediate === undefined ? mnemonic : `${mnemonic} ${immediate}`);
    }
    if (opcode === Op.if && found.arity !== 0) throw this.fail('injected-state', 'an if without a result');
    return found;
  }

  #takeAll(...code: Pattern): void {
    for (const [opcode, immediate] of code) this.take(opcode, immediate);
  }

  isOwnLocal({ opcode, immediate }: CodeInstruction): boolean {
    const isLocal = opcode === Op.localGet || opcode === Op.localSet || opcode === Op.localTee;
    const { trackingLocal = Number.POSITIVE_INFINITY } = this.#layout;
    return isLocal && guestLocal(this.#layout, Number(immediate)) === undefined && Number(immediate) < trackingLocal;
  }

  /**
   * The store with its mark, if that comes next and not the store alone: with bits behind it, with blocks in front.
   *
   * @returns how far from the address operand the mark is.
   */
  readTrackedStore(valueType: string, takeStore: () => void): number | undefined {
    const { trackingLocal: address, placement } = this.#layout;
    if (address === undefined) return undefined;
    const value = address + (valueType === 'i64' ? 2 : 1);
    if (!this.skip(Op.localSet, value)) return undefined;
    this.take(Op.localTee, address);
    const { tracking, touch } = placement;
    if (touch !== undefined) {
      const mark = this.#takeMarkedAddress(address);
      this.#takeAll([Op.i32Const, BLOCK_SHIFT], [Op.i32ShrU], [Op.globalGet, tracking], [Op.i32Ne], [Op.if]);
      if (this.#takeMarkedAddress(address) !== mark) throw this.fail('injected-state', 'the same address', 'another');
      this.#takeAll([Op.call, touch], [Op.end], [Op.localGet, value]);
      takeStore();
      return mark;
    }
    const bits = address + BITS;
    this.take(Op.localGet, value);
    takeStore();
    this.#takeAll([Op.localGet, bits], [Op.i64Const, 1n]);
    const mark = this.#takeMarkedAddress(address);
    this.#takeAll([Op.i32Const, GRANULE_SHIFT], [Op.i32ShrU], [Op.i64ExtendI32U], [Op.i64Shl], [Op.i64Or]);
    this.take(Op.localSet, bits);
    return mark;
  }

  /** The address operand, and what is added to that. */
  #takeMarkedAddress(address: number): number {
    this.take(Op.localGet, address);
    if (this.next.opcode !== Op.i32Const || this.#code[this.at + 1]?.opcode !== Op.i32Add) return 0;
    const { immediate } = this.take(Op.i32Const);
    this.take(Op.i32Add);
    return Number(immediate) >>> 0;
  }

  /** At the end of a function: the bits that it has set are kept in the global. */
  takeBitsKept(trackingLocal: number): void {
    const { tracking } = this.#layout.placement;
    this.#takeAll([Op.globalGet, tracking], [Op.localGet, trackingLocal + BITS], [Op.i64Or], [Op.globalSet, tracking]);
  }

  isOwnGlobal({ opcode, immediate }: CodeInstruction): boolean {
    return (opcode === Op.globalGet || opcode === Op.globalSet) && Number(immediate) >= this.#layout.placement.gas;
  }

  isAtStep(): boolean {
    const next = this.#code[this.at];
    if (next?.opcode === Op.localGet) return this.isOwnLocal(next);
    return next?.opcode === Op.globalGet && this.isOwnGlobal(next);
  }

  /** @throws VerificationFailed `injected-state` for code of no known form. */
  readStep(): Step {
    const { gas, stack } = this.#layout.placement;
    if (this.skip(Op.globalGet, stack)) return this.#stackStep();
    if (this.skip(Op.globalGet, gas)) {
      if (this.next.opcode === Op.localSet) return { kind: 'load', local: this.#takeOwnLocal(Op.localSet) };
      return this.#charge('global');
    }
    const local = this.#takeOwnLocal(Op.localGet);
    if (this.skip(Op.globalSet, gas)) return { kind: 'store', local };
    if (this.skip(Op.globalSet, stack)) return { kind: 'set-stack', local, words: 0 };
    if (this.next.opcode === Op.i64Const && this.#code[this.at + 1]?.opcode === Op.i64LtS) {
      return this.#comparedCharge(local);
    }
    if (this.next.opcode === Op.i32Const && this.#code[this.at + 1]?.opcode === Op.i32Add) {
      const words = Number(this.take(Op.i32Const).immediate);
      this.#takeAll([Op.i32Add], [Op.globalSet, stack]);
      return { kind: 'set-stack', local, words };
    }
    return this.#charge(local);
  }

  /** A call that hands gas over, if that comes next. */
  readHandover(): Handover | undefined {
    const { offset, opcode } = this.next;
    const call = this.#code[this.at + 1];
    if (opcode !== Op.localGet || call?.opcode !== Op.call || !this.isOwnLocal(this.next)) return undefined;
    const gas = this.#takeOwnLocal(Op.localGet);
    const functionIndex = Number(this.take(Op.call).immediate);
    return { functionIndex, gas, gasAfter: this.#takeOwnLocal(Op.localSet), offset };
  }

  #takeOwnLocal(opcode: number): number {
    const next = this.next;
    if (!this.isOwnLocal(next)) throw this.fail('injected-state', 'an injected local');
    return Number(this.take(opcode).immediate);
  }

  #stackStep(): Step {
    if (this.next.opcode === Op.localSet) return { kind: 'keep-stack', local: this.#takeOwnLocal(Op.localSet) };
    const words = Number(this.take(Op.i32Const).immediate);
    this.take(Op.i32Sub);
    const local = this.#takeOwnLocal(Op.localTee);
    this.#takeAll([Op.i32Const, 0], [Op.i32LtS], [Op.if]);
    this.#takeAll([Op.localGet, local], [Op.globalSet, this.#layout.placement.stack], [Op.unreachable], [Op.end]);
    return { kind: 'take-frame', local, words };
  }

  /** In a local: compared with the amount before that is taken. */
  #comparedCharge(counter: number): Step {
    const amount = this.take(Op.i64Const).immediate;
    this.#takeAll([Op.i64LtS], ...trapIfTrue);
    this.#takeAll([Op.localGet, counter], [Op.i64Const, amount], [Op.i64Sub], [Op.localSet, counter]);
    return { kind: 'charge', counter, amount: this.#gas(amount), isChecked: true, scratch: [] };
  }

  #charge(counter: Counter): Step {
    const locals = new Map<number, Expression>();
    const traps: TrapCondition[] = [];
    const scratch = new Set<number>();
    const { opcode, immediate } = this.next;
    const start = this.at;
    if (opcode === Op.i64Const && this.#code[start + 1]?.opcode === Op.i64Sub) {
      this.at += 2;
      const isChecked = this.#chargeEnding(counter, scratch);
      return { kind: 'charge', counter, amount: this.#gas(immediate), isChecked, scratch: [...scratch] };
    }
    const trips = tripCountOf(this.#evaluate(locals, scratch, traps, [], 0, () => this.skip(Op.i64Sub)));
    if (trips === undefined) throw this.fail('trip-count', 'a trip count times an amount', 'other code');
    const isChecked = this.#chargeEnding(counter, scratch);
    const [perIteration, once] = [this.#gas(trips.perIteration), this.#gas(trips.once)];
    const common = { counter, isChecked, scratch: [...scratch] };
    return { kind: 'trip-count', trips: trips.trips, traps, perIteration, once, ...common };
  }

  /** Behind the subtraction: the difference goes where the counter is, and is compared with zero. */
  #chargeEnding(counter: Counter, scratch: Set<number>): boolean {
    const { gas } = this.#layout.placement;
    if (counter === 'global') {
      if (this.skip(Op.globalSet, gas)) return false;
      const copy = this.#takeOwnLocal(Op.localTee);
      scratch.add(copy);
      this.#takeAll([Op.globalSet, gas], [Op.localGet, copy]);
    } else {
      if (this.skip(Op.localSet, counter)) return false;
      this.take(Op.localTee, counter);
    }
    this.#takeAll(...trapIfNegative);
    return true;
  }

  #gas(amount: number | bigint): number {
    const gas = Number(amount);
    if (!Number.isSafeInteger(gas)) throw this.fail('unbalanced', 'an amount below 2^53', String(amount));
    return gas;
  }

  /** Runs code on symbols, until `isDone` finds one value left. @param below Operands around it. */
  #evaluate(
    locals: Map<number, Expression>,
    scratch: Set<number>,
    traps: TrapCondition[],
    guards: readonly Expression[],
    below: number,
    isDone: () => boolean,
  ): Expression {
    const stack: Expression[] = [];
    const pop = (): Expression => {
      const top = stack.pop();
      if (top === undefined) throw this.fail('injected-state', 'code that computes an amount');
      return top;
    };
    for (;;) {
      const [only, ...more] = stack;
      if (only !== undefined && more.length === 0 && isDone()) return only;
      const { opcode, immediate, arity } = this.next;
      const { mnemonic, immediate: kind, operands, results } = opcodeOf(opcode);
      const isOwn = this.isOwnLocal(this.next);
      this.at += 1;
      if (opcode === Op.localGet) {
        const local = guestLocal(this.#layout, Number(immediate));
        const known = local === undefined ? locals.get(Number(immediate)) : expression(mnemonic, [], local);
        if (known === undefined) throw this.fail('injected-state', 'a local that was set before');
        stack.push(known);
      } else if (opcode === Op.localTee && isOwn) {
        // Not `local.set`: all that is computed comes to be part of the amount or of a trap's condition, and is compared.
        const value = pop();
        locals.set(Number(immediate), value);
        scratch.add(Number(immediate));
        stack.push(value);
      } else if (opcode === Op.i32Const || opcode === Op.i64Const) {
        stack.push(expression(mnemonic, [], immediate));
      } else if (opcode === Op.if && arity === 0) {
        traps.push({ guards, condition: pop() });
        this.#takeAll([Op.unreachable], [Op.end]);
      } else if (opcode === Op.if) {
        const condition = pop();
        const opposite = expression('i32.eqz', [condition]);
        const height = below + stack.length;
        const inArm = new Map(locals);
        const then = this.#evaluate(inArm, scratch, traps, [...guards, condition], height, () => this.skip(Op.else));
        const otherwise = this.#evaluate(locals, scratch, traps, [...guards, opposite], height, () =>
          this.skip(Op.end),
        );
        // Which of the arms has set a local is not followed further.
        locals.clear();
        stack.push(expression('choose', [condition, then, otherwise]));
      } else if (kind === 'none' && operands !== undefined && results.length === 1) {
        const values = operands.map(pop).reverse();
        stack.push(expression(mnemonic, values));
      } else {
        this.at -= 1;
        throw this.fail('injected-state', 'code that computes an amount');
      }
      if (below + stack.length > MAX_OPERANDS) throw this.fail('injected-state', `${MAX_OPERANDS} operands`, 'more');
      if ((stack.at(-1) ?? EMPTY).size > MAX_EXPRESSION_SIZE) {
        throw this.fail('injected-state', `at most ${MAX_EXPRESSION_SIZE} operations`, 'more');
      }
    }
  }
}

/** trips * perIteration + once, in this form. */
function tripCountOf(amount: Expression):
  | {
      readonly trips: Expression;
      readonly perIteration: number | bigint;
      readonly once: number | bigint;
    }
  | undefined {
  const { operation, operands } = amount;
  const [left, right] = operands;
  if (left === undefined || right?.operation !== 'i64.const') return undefined;
  if (operation === 'i64.mul') return { trips: left, perIteration: right.immediate, once: 0 };
  const product = operation === 'i64.add' ? tripCountOf(left) : undefined;
  return product === undefined || product.once !== 0 ? undefined : { ...product, once: right.immediate };
}
