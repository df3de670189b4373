/**
 * Recognises injected code. All of it begins with a read of an injected local or global, which no guest can write, so that
 * it is never a question whether an instruction is the guest's.
 */
import { Op, opcodeOf } from '../format/opcodes.ts';
import { type Expression, expression, type TrapCondition } from './expression.ts';
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
  /** The counter moves to the local, and back. */
  | { readonly kind: 'load' | 'store'; readonly local: number }
  /** local = stack - words; traps below zero, which is then in the stack global. */
  | { readonly kind: 'take-frame'; readonly local: number; readonly words: number }
  /** stack = local + words */
  | { readonly kind: 'set-stack'; readonly local: number; readonly words: number }
  /** local = stack */
  | { readonly kind: 'keep-stack'; readonly local: number };

/** A call that takes gas along as a parameter. */
export interface Handover {
  readonly functionIndex: number;
  /** Where the counter is, and where it comes back to. */
  readonly gas: number;
  readonly gasAfter: number;
  /** Of its first byte in the module. */
  readonly offset: number;
}

/** Where a function that writes to memory keeps track of it. */
export interface TrackingLayout {
  /** Address, i32 and i64 value of a store; the bits that are set, unless blocks are marked. */
  readonly firstLocal: number;
  /** With the bits, or the number of the block that was marked last. */
  readonly global: number;
  /** Function that marks the block of an address, if blocks are marked. */
  readonly touch: number | undefined;
}

/** What in an instrumented function is injected. */
export interface Layout {
  readonly functionIndex: number;
  readonly gasGlobal: number;
  readonly stackGlobal: number;
  /** Of the guest's function: parameters, and locals that it declares. */
  readonly paramCount: number;
  readonly localCount: number;
  /** Parameters that were added, behind the guest's and in front of its locals. */
  readonly addedParams: number;
  readonly tracking: TrackingLayout | undefined;
  /** By opcode: the function that stands for a memory operation. */
  readonly helpers: ReadonlyMap<number, number>;
  /** Functions from here on are injected. */
  readonly firstInjected: number;
  /** By function index of the guest: where it is called. */
  readonly calledAt: (functionIndex: number) => number;
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

const BITS = 3;

function valueLocal({ firstLocal }: TrackingLayout, valueType: string): number {
  return valueType === 'i64' ? firstLocal + 2 : firstLocal + 1;
}

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

  take(opcode: number, immediate?: number | bigint): CodeInstruction {
    const found = this.#code[this.at];
    if (found === undefined || !this.skip(opcode, immediate)) {
      throw this.fail(
        'injected-state',
        `${opcodeOf(opcode).mnemonic}${immediate === undefined ? '' : ` ${immediate}`}`,
      );
    }
    return found;
  }

  isOwnLocal({ opcode, immediate }: CodeInstruction): boolean {
    const isLocal = opcode === Op.localGet || opcode === Op.localSet || opcode === Op.localTee;
    const { tracking } = this.#layout;
    return (
      isLocal &&
      guestLocal(this.#layout, Number(immediate)) === undefined &&
      Number(immediate) < (tracking?.firstLocal ?? Number.POSITIVE_INFINITY)
    );
  }

  /** Whether a store comes next that marks what it writes, instead of the store alone. */
  isAtTrackedStore(valueType: string): boolean {
    const { tracking } = this.#layout;
    const next = this.#code[this.at];
    return tracking !== undefined && next?.opcode === Op.localSet && next.immediate === valueLocal(tracking, valueType);
  }

  /**
   * The store with its mark: with bits behind it, with blocks in front.
   *
   * @returns how far from the address operand the mark is.
   */
  readTrackedStore(valueType: string, takeStore: () => void): number {
    const { tracking } = this.#layout;
    if (tracking === undefined) throw this.fail('injected-state', 'a store alone');
    const { firstLocal: address, global, touch } = tracking;
    const value = valueLocal(tracking, valueType);
    const bits = address + BITS;
    this.take(Op.localSet, value);
    this.take(Op.localTee, address);
    if (touch !== undefined) {
      const mark = this.#takeMarkedAddress(address);
      this.take(Op.i32Const, BLOCK_SHIFT);
      this.take(Op.i32ShrU);
      this.take(Op.globalGet, global);
      this.take(Op.i32Ne);
      this.#takeEmptyIf();
      if (this.#takeMarkedAddress(address) !== mark) throw this.fail('injected-state', 'the same address', 'another');
      this.take(Op.call, touch);
      this.take(Op.end);
      this.take(Op.localGet, value);
      takeStore();
      return mark;
    }
    this.take(Op.localGet, value);
    takeStore();
    this.take(Op.localGet, bits);
    this.take(Op.i64Const, 1n);
    const mark = this.#takeMarkedAddress(address);
    this.take(Op.i32Const, GRANULE_SHIFT);
    this.take(Op.i32ShrU);
    this.take(Op.i64ExtendI32U);
    this.take(Op.i64Shl);
    this.take(Op.i64Or);
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
  takeBitsKept(): void {
    const { tracking } = this.#layout;
    if (tracking === undefined) return;
    this.take(Op.globalGet, tracking.global);
    this.take(Op.localGet, tracking.firstLocal + BITS);
    this.take(Op.i64Or);
    this.take(Op.globalSet, tracking.global);
  }

  isOwnGlobal({ opcode, immediate }: CodeInstruction): boolean {
    return (opcode === Op.globalGet || opcode === Op.globalSet) && Number(immediate) >= this.#layout.gasGlobal;
  }

  isAtStep(): boolean {
    const next = this.#code[this.at];
    if (next?.opcode === Op.localGet) return this.isOwnLocal(next);
    return next?.opcode === Op.globalGet && this.isOwnGlobal(next);
  }

  /** @throws VerificationFailed `injected-state` for code of no known form. */
  readStep(): Step {
    const { gasGlobal, stackGlobal } = this.#layout;
    if (this.skip(Op.globalGet, stackGlobal)) return this.#stackStep();
    if (this.skip(Op.globalGet, gasGlobal)) {
      if (this.next.opcode === Op.localSet) return { kind: 'load', local: this.#takeOwnLocal(Op.localSet) };
      return this.#charge('global');
    }
    const local = this.#takeOwnLocal(Op.localGet);
    if (this.skip(Op.globalSet, gasGlobal)) return { kind: 'store', local };
    if (this.skip(Op.globalSet, stackGlobal)) return { kind: 'set-stack', local, words: 0 };
    if (this.next.opcode === Op.i64Const && this.#code[this.at + 1]?.opcode === Op.i64LtS) {
      return this.#comparedCharge(local);
    }
    if (this.next.opcode === Op.i32Const && this.#code[this.at + 1]?.opcode === Op.i32Add) {
      const words = Number(this.take(Op.i32Const).immediate);
      this.take(Op.i32Add);
      this.take(Op.globalSet, stackGlobal);
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
    const { stackGlobal } = this.#layout;
    if (this.next.opcode === Op.localSet) return { kind: 'keep-stack', local: this.#takeOwnLocal(Op.localSet) };
    const words = Number(this.take(Op.i32Const).immediate);
    this.take(Op.i32Sub);
    const local = this.#takeOwnLocal(Op.localTee);
    this.take(Op.i32Const, 0);
    this.take(Op.i32LtS);
    this.#takeEmptyIf();
    this.take(Op.localGet, local);
    this.take(Op.globalSet, stackGlobal);
    this.take(Op.unreachable);
    this.take(Op.end);
    return { kind: 'take-frame', local, words };
  }

  #takeEmptyIf(): void {
    if (this.take(Op.if).arity !== 0) throw this.fail('injected-state', 'an if without a result');
  }

  /** In a local: compared with the amount before that is taken. */
  #comparedCharge(counter: number): Step {
    const amount = this.take(Op.i64Const).immediate;
    this.take(Op.i64LtS);
    this.#takeEmptyIf();
    this.take(Op.unreachable);
    this.take(Op.end);
    this.take(Op.localGet, counter);
    this.take(Op.i64Const, amount);
    this.take(Op.i64Sub);
    this.take(Op.localSet, counter);
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
    const perIteration = this.#gas(trips.perIteration);
    const once = this.#gas(trips.once);
    return {
      kind: 'trip-count',
      counter,
      trips: trips.trips,
      traps,
      perIteration,
      once,
      isChecked,
      scratch: [...scratch],
    };
  }

  /** Behind the subtraction: the difference goes where the counter is, and is compared with zero. */
  #chargeEnding(counter: Counter, scratch: Set<number>): boolean {
    const { gasGlobal } = this.#layout;
    if (counter === 'global') {
      if (this.skip(Op.globalSet, gasGlobal)) return false;
      const copy = this.#takeOwnLocal(Op.localTee);
      scratch.add(copy);
      this.take(Op.globalSet, gasGlobal);
      this.take(Op.localGet, copy);
    } else {
      if (this.skip(Op.localSet, counter)) return false;
      this.take(Op.localTee, counter);
    }
    this.take(Op.i64Const, 0n);
    this.take(Op.i64LtS);
    this.#takeEmptyIf();
    this.take(Op.unreachable);
    this.take(Op.end);
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
        this.take(Op.unreachable);
        this.take(Op.end);
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
