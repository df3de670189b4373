/**
 * The account of one function: what its code has charged against what it has run.
 *
 * Every point gets a balance: gas charged so far minus the cost of the blocks entered so far, relative to the function's
 * beginning. All ways to a point have to bring the same one, but for points that lead nowhere but into `unreachable`.
 * Where the counter is observed (a call that can come to the host, an end) the balance has to be one and the same
 * number everywhere; its negative is what callers pay ahead. With it comes what is known about the counter: where it is,
 * and how far below zero it can be because a charge has not been checked yet. Counter + balance is the gas that is left
 * by definition, so that what has run unpaid is never more than -(least counter + balance).
 *
 * A loop whose back edge lowers the balance must have been paid for in front: its code is then accounted for as in the last
 * iteration. Before the `br_if` that ends it has said so, iterations may be left over, and the balance is only a lower bound.
 *
 * What holds where the iterations of a loop begin is what held in front of it, but for what its code is known to change
 * (`loop-facts.ts`): every back edge has to bring that again.
 *
 * In a function that takes gas by value, the same holds for the parameter that it comes in.
 */
import { Op, opcodeOf } from '../format/opcodes.ts';
import {
  type AccountState,
  isSamePaidLoops,
  type LoopAccount,
  mergeStates,
  paidLoop,
  type TripsStep,
  withOutcome,
} from './account-state.ts';
import type { CallFacts } from './call-facts.ts';
import type { LoopFacts } from './loop-facts.ts';
import { isMemoryOperation } from './placement.ts';
import type { CodeInstruction } from './read-module.ts';
import type { Counter, Handover, Step } from './step-reader.ts';
import { type VerificationCode, VerificationFailed } from './verification-failed.ts';
import type { Domain } from './walk.ts';

/** Why a loop has been paid for when it begins. */
export interface TripsProof {
  /** `undefined` if a charge in front counts the iterations. */
  readonly constantTripCount: number | undefined;
  /** The index of the `br_if` that ends it, and the outcome that does not. */
  readonly decidedAt: number;
  readonly goesOnWhenTaken: boolean;
}

export interface AccountOptions {
  readonly functionIndex: number;
  readonly importCount: number;
  readonly position: number;
  readonly calls: CallFacts;
  /** By position: the entry of the function has made sure of the frames for all its calls of itself. */
  readonly isBounded: (position: number) => boolean;
  /** Of the local that the counter comes in and has to end in, if it is passed by value. */
  readonly gasParam: number | undefined;
  /** By position: a call of it observes the counter in the global, or changes it. */
  readonly usesGas: readonly boolean[];
  /** By instruction: what entering the block costs that begins there. */
  readonly costs: readonly (number | undefined)[];
  /** By position: what callers pay ahead; `undefined` if that is not known, or if the function never returns. */
  readonly prepaid: readonly (number | undefined)[];
  readonly loopFacts: ReadonlyMap<number, LoopFacts>;
  /** Every block has to be paid where it begins, by one charge, and nothing else. */
  readonly paysAtOnce: boolean;
}

/** What the passes before have found. */
export interface KnownLoops {
  /** By the index of the `loop` instruction, as everywhere. */
  readonly accounts: ReadonlyMap<number, LoopAccount>;
  readonly proofs: ReadonlyMap<number, TripsProof>;
}

/** One pass. What is wrong throws only in the final one: before, what is known about the loops is not complete. */
export class Account implements Domain<AccountState> {
  readonly entry: AccountState;
  /** Wherever someone looks. */
  balanceWhenSeen: number | undefined;
  /** The least of counter + balance. */
  leastLeft: number = Number.POSITIVE_INFINITY;
  /** By position of a callee: the least balance that it begins with. */
  readonly leastAtCalls: Map<number, number> = new Map();
  /** Positions of callees of which it is not known what they want: nothing behind the call was looked at. */
  readonly unknownCallees: Set<number> = new Set();
  readonly loops: Map<number, LoopAccount> = new Map();
  /** Charges for the iterations of loops. */
  readonly tripsSteps: Map<number, TripsStep> = new Map();
  readonly #options: AccountOptions;
  readonly #known: KnownLoops;
  readonly #isFinal: boolean;
  readonly #frameWords: number;
  /** Nobody needs to find the stack global as it was when the function ends. */
  readonly #mayLoseStack: boolean;
  readonly #headers = new Map<number, readonly [state: AccountState, depth: number]>();
  /** By the index of a `br_if`: the loop that it ends. */
  readonly #ends: ReadonlyMap<number, readonly [number, TripsProof]>;
  #offset = 0;

  constructor(options: AccountOptions, known: KnownLoops, isFinal: boolean) {
    const { calls, position, prepaid, gasParam } = options;
    const isBounded = options.isBounded(position);
    this.#mayLoseStack = (calls.frameWords[position] ?? 0) > 0 && calls.isExported[position] !== true && !isBounded;
    this.#options = options;
    this.#known = known;
    this.#isFinal = isFinal;
    this.#frameWords = calls.frameWords[position] ?? 0;
    this.#ends = new Map([...known.proofs].map(([loop, proof]) => [proof.decidedAt, [loop, proof]]));
    const own = prepaid[position];
    this.balanceWhenSeen = own === undefined ? undefined : -own;
    this.entry = {
      balance: 0,
      isExact: true,
      counterFloor: 0,
      counter: gasParam ?? 'global',
      uncheckedFrom: Number.POSITIVE_INFINITY,
      paidLoop: undefined,
      stack: this.#frameWords > 0 && !isBounded ? 'untaken' : 'entry',
      stackLocal: undefined,
      trips: undefined,
    };
  }

  visit(
    state: AccountState,
    instruction: CodeInstruction,
    index: number,
    offset: number,
    handover?: Handover,
  ): AccountState | undefined {
    this.#offset = offset;
    const { opcode, immediate } = instruction;
    this.#require(state.stack !== 'untaken', 'stack', 'a frame to be taken first', 'other code');
    if (opcode !== Op.loop) this.#expectNoTrips(state);
    const cost = this.#options.costs[index] ?? 0;
    const entered = cost === 0 ? state : this.#moved(state, -cost);
    this.leastLeft = Math.min(this.leastLeft, entered.counterFloor + entered.balance);
    if (this.#options.paysAtOnce) this.#look(entered, 'global');
    else if (opcodeOf(opcode).isBlockEnd && opcode !== Op.unreachable) this.#expectExact(entered);
    if (opcode === Op.call) return this.#call(entered, Number(immediate) - this.#options.importCount, handover);
    if (isMemoryOperation(opcode)) this.#expectCounter(entered, 'global');
    if (opcode !== Op.callIndirect) return entered;
    this.#look(entered, 'global');
    this.#expectStackPassedOn(entered);
    return { ...entered, stack: 'lost' };
  }

  /** Position is negative for a host function. */
  #call(state: AccountState, position: number, handover: Handover | undefined): AccountState | undefined {
    const { calls, isBounded, prepaid, usesGas } = this.#options;
    if (position < 0) {
      this.#look(state, 'global');
      this.#expectStackPassedOn(state);
      return state;
    }
    this.#expectChecked(state);
    const observesStack = calls.observesStack[position] === true;
    if (handover !== undefined) this.#expectCounter(state, handover.gas);
    else if (usesGas[position] === true) this.#expectCounter(state, 'global');
    const isOwnBounded = isBounded(position) && position === this.#options.position;
    if (isBounded(position)) {
      const found = `one ${handover === undefined ? 'through' : 'past'} the entry of the function at position ${position}`;
      this.#require((handover !== undefined) === isOwnBounded, 'stack', 'a call for which there are frames', found);
    }
    if (observesStack && !isOwnBounded) this.#expectStackPassedOn(state);
    const wanted = prepaid[position];
    const after = {
      ...this.#moved(state, -(wanted ?? 0)),
      counter: handover === undefined ? state.counter : handover.gasAfter,
    };
    const least = this.leastAtCalls.get(position) ?? Number.POSITIVE_INFINITY;
    this.leastAtCalls.set(position, Math.min(least, state.balance));
    if (wanted === undefined) {
      this.unknownCallees.add(position);
      return undefined;
    }
    if (calls.reachesHost[position] === true) this.#look(after, handover?.gasAfter ?? 'global');
    // One without a frame, or that the host calls, leaves the global as it was, and bounded recursion does not look at it.
    const leavesStack = calls.frameWords[position] === 0 || calls.isExported[position] === true || isBounded(position);
    return observesStack && !leavesStack ? { ...after, stack: 'lost' } : after;
  }

  step(state: AccountState, step: Step, offset: number): AccountState {
    this.#offset = offset;
    const isFirst = state.stack === 'untaken';
    this.#require(isFirst === (step.kind === 'take-frame'), 'stack', 'a frame taken once, and first', step.kind);
    switch (step.kind) {
      case 'charge':
      case 'trip-count':
        return this.#charge(state, step);
      case 'load':
        this.#expectCounter(state, 'global');
        return { ...state, counter: step.local };
      case 'store':
        this.#expectCounter(state, step.local);
        return { ...state, counter: 'global' };
      case 'take-frame':
        this.#require(step.words === this.#frameWords, 'stack', `a frame of ${this.#frameWords} words`, step.words);
        return { ...state, stack: 'entry', stackLocal: step.local };
      case 'keep-stack':
        this.#require(this.#frameWords === 0 && state.stack === 'entry', 'stack', 'the budget as it was', state.stack);
        return { ...state, stackLocal: step.local };
      case 'set-stack': {
        const isOwn = step.local === state.stackLocal && (step.words === 0 || step.words === this.#frameWords);
        this.#require(isOwn, 'stack', `the budget from the local ${state.stackLocal}`, `local ${step.local}`);
        return { ...state, stack: this.#frameWords > 0 && step.words === 0 ? 'below' : 'entry' };
      }
    }
  }

  #charge(state: AccountState, step: Extract<Step, { readonly kind: 'charge' | 'trip-count' }>): AccountState {
    this.#expectCounter(state, step.counter);
    const isKept = typeof state.counter !== 'number' || !step.scratch.includes(state.counter);
    this.#require(isKept, 'counter', 'the counter in a local to be kept', 'another value');
    if (step.kind === 'trip-count') {
      this.#expectNoTrips(state);
      this.#require(step.isChecked, 'unchecked', 'a check', 'none');
      const isSmall = step.perIteration > 0 && step.perIteration <= MAX_PER_ITERATION;
      this.#require(isSmall, 'trip-count', `1 to ${MAX_PER_ITERATION} for each iteration`, step.perIteration);
    }
    if (this.#options.paysAtOnce) {
      const isPlain = step.kind === 'charge' && step.isChecked && step.amount > 0 && state.balance === 0;
      this.#require(isPlain, 'unbalanced', 'one charge for a block, where it begins', 'another');
    }
    const amount = step.kind === 'trip-count' ? step.once : step.amount;
    const isTaken = (local: number | undefined): boolean => local !== undefined && step.scratch.includes(local);
    const charged = {
      ...this.#moved(state, amount),
      stackLocal: isTaken(state.stackLocal) ? undefined : state.stackLocal,
      trips: step.kind === 'trip-count' ? step : state.trips,
    };
    if (step.isChecked) return { ...charged, counterFloor: 0, uncheckedFrom: Number.POSITIVE_INFINITY };
    return { ...charged, counterFloor: Math.min(0, state.counterFloor - amount) };
  }

  decide(state: AccountState, index: number, isTaken: boolean): AccountState {
    const [loop, proof] = this.#ends.get(index) ?? [];
    if (proof === undefined) return state;
    const outcome = isTaken === proof.goesOnWhenTaken ? 'goes-on' : 'ends';
    return { ...state, paidLoop: withOutcome(state.paidLoop, loop ?? -1, outcome) };
  }

  arrive(state: AccountState): AccountState {
    this.#expectNoTrips(state);
    this.#expectNothingPaid(state);
    return state;
  }

  merge(left: AccountState, right: AccountState): AccountState {
    return mergeStates(left, right);
  }

  enterLoop(state: AccountState, index: number, depth: number): AccountState {
    const known = this.#known.accounts.get(index);
    const proof = this.#known.proofs.get(index);
    const { hasUnchecked, movesStack } = this.#options.loopFacts.get(index) ?? { hasUnchecked: true, movesStack: true };
    if (state.trips !== undefined) this.tripsSteps.set(index, state.trips);
    const tripsCost = (proof?.constantTripCount ?? 0) * (known?.drop ?? 0);
    this.#require(Number.isSafeInteger(tripsCost), 'trip-count', 'iterations that cost less than 2^53', tripsCost);
    const leastFloor = known?.counterFloor ?? Number.NEGATIVE_INFINITY;
    // A charge for the iterations of a loop that never begins is not given back: nobody may look behind it.
    const isPaid = proof !== undefined || state.trips !== undefined;
    const header: AccountState = {
      ...this.#moved(state, -tripsCost),
      counterFloor: hasUnchecked ? Math.min(state.counterFloor, leastFloor) : state.counterFloor,
      stack: movesStack && this.#mayLoseStack && state.stack !== 'untaken' ? 'lost' : state.stack,
      uncheckedFrom: Math.min(state.uncheckedFrom, depth),
      paidLoop: isPaid ? paidLoop(index, depth, 'unasked', state.paidLoop) : state.paidLoop,
      trips: undefined,
    };
    this.#headers.set(index, [header, depth]);
    return header;
  }

  takeBack(state: AccountState, index: number): void {
    const [header, depth] = this.#headers.get(index) ?? [];
    if (header === undefined || depth === undefined) throw new RangeError(`no loop at instruction ${index}`);
    this.#expectNoTrips(state);
    this.#expectExact(state);
    this.#expectNothingPaid(state);
    const drop = header.balance - state.balance;
    const before = this.loops.get(index) ?? this.#known.accounts.get(index);
    const counterFloor = Math.min(this.loops.get(index)?.counterFloor ?? 0, state.counterFloor);
    this.#require(before === undefined || before.drop === drop, 'unbalanced', `${before?.drop} for an iteration`, drop);
    this.loops.set(index, { drop, counterFloor });
    this.#expectAsAtHeader(state, header, index);
    const step = this.tripsSteps.get(index);
    const proof = this.#known.proofs.get(index);
    if (drop === 0) {
      const expected = 'a loop that costs what is charged for its iterations';
      this.#require(step === undefined, 'trip-count', expected, 'one that pays');
      this.#require(state.uncheckedFrom > depth, 'unchecked', 'a check in every iteration of the loop', 'none');
      return;
    }
    const isPaidAround = before !== undefined && proof?.constantTripCount !== undefined;
    const isPaid = drop > 0 && (step === undefined ? isPaidAround : step.perIteration === drop);
    const code = step === undefined ? 'unbalanced' : 'trip-count';
    this.#require(isPaid, code, 'an iteration that is paid for', `${-drop} for it`);
    this.#require(proof !== undefined, 'trip-count', 'as many iterations as are paid for', 'a number not known');
    const phase = state.paidLoop?.loop === index ? state.paidLoop.phase : 'left';
    this.#require(phase === 'goes-on', 'trip-count', 'a loop that can end once in every iteration', `it ${phase}`);
  }

  /** All that is known where the iterations of a loop begin has to hold again. */
  #expectAsAtHeader(state: AccountState, header: AccountState, index: number): void {
    this.#require(state.counter === header.counter, 'counter', `the counter in ${header.counter}`, state.counter);
    const most = `no more than ${-header.counterFloor} unchecked`;
    this.#require(state.counterFloor >= header.counterFloor, 'unchecked', most, -state.counterFloor);
    const keepsStack =
      (header.stack === 'lost' || state.stack === header.stack) &&
      (header.stackLocal === undefined || state.stackLocal === header.stackLocal);
    this.#require(keepsStack, 'stack', `the budget as at the loop: ${header.stack}`, state.stack);
    const around = ({ paidLoop: paid }: AccountState): AccountState['paidLoop'] =>
      paid?.loop === index ? paid.outer : paid;
    const isSame = isSamePaidLoops(around(state), around(header));
    this.#require(isSame, 'trip-count', 'loops around it as they were', 'others');
  }

  leaveLoops(state: AccountState, depth: number): AccountState {
    let { paidLoop: paid, isExact } = state;
    if (paid === undefined || paid.depth < depth) return state;
    for (; paid !== undefined && paid.depth >= depth; paid = paid.outer) isExact &&= paid.phase === 'ends';
    return { ...state, isExact, paidLoop: paid };
  }

  leaveFunction(state: AccountState): void {
    const { gasParam } = this.#options;
    this.#expectNoTrips(state);
    this.#look(state, gasParam ?? 'global');
    if (this.#mayLoseStack) return;
    this.#require(state.stack === 'entry', 'stack', 'the budget given back', state.stack);
  }

  /** An observation point of the counter. */
  #look(state: AccountState, counter: Counter): void {
    this.#expectCounter(state, counter);
    this.#expectChecked(state);
    this.#expectExact(state);
    this.#require(state.paidLoop?.isSettled !== false, 'trip-count', 'no iterations that are left over', 'some');
    this.balanceWhenSeen ??= state.balance;
    const expected = `a balance of ${this.balanceWhenSeen}`;
    this.#require(state.balance === this.balanceWhenSeen, 'unbalanced', expected, state.balance);
  }

  /** Below 2^53 in size no sum has been rounded. */
  #moved(state: AccountState, gas: number): AccountState {
    const balance = state.balance + gas;
    this.#require(Number.isSafeInteger(balance), 'unbalanced', 'a balance below 2^53', balance);
    return { ...state, balance };
  }

  #expectCounter(state: AccountState, counter: Counter): void {
    this.#require(state.counter === counter, 'counter', `the counter in ${counter}`, state.counter);
  }

  #expectChecked({ counterFloor }: AccountState): void {
    this.#require(counterFloor === 0, 'unchecked', 'a check', `${-counterFloor} charged without one`);
  }

  #expectNothingPaid({ balance }: AccountState): void {
    this.#require(!this.#options.paysAtOnce || balance === 0, 'unbalanced', 'nothing paid ahead', balance);
  }

  #expectExact({ isExact, balance }: AccountState): void {
    this.#require(isExact, 'unbalanced', 'one balance on all ways', `${balance} or more`);
  }

  #expectNoTrips({ trips }: AccountState): void {
    this.#require(trips === undefined, 'trip-count', 'a loop after a charge for its iterations', 'other code');
  }

  /** The stack global has to say what is left for a callee. */
  #expectStackPassedOn({ stack }: AccountState): void {
    const expected = this.#frameWords > 0 ? 'below' : 'entry';
    this.#require(stack === expected, 'stack', `the budget: ${expected}`, stack);
  }

  #require(isTrue: boolean, code: VerificationCode, expected: string, actual: string | number): void {
    if (isTrue || !this.#isFinal) return;
    throw new VerificationFailed(code, this.#options.functionIndex, this.#offset, expected, actual);
  }
}

/** Keeps the product with 2^32 iterations (`trip-counts.ts`) far below 2^63. */
const MAX_PER_ITERATION = 2 ** 28;
