/** What is known at one point of a function (`account.ts`). */
import type { Counter, Step } from './step-reader.ts';

export type TripsStep = Extract<Step, { readonly kind: 'trip-count' }>;

/** An open loop that is paid for in front: what the `br_if` that ends it has said in this iteration. */
export interface PaidLoop {
  readonly loop: number;
  /** Loops around it. */
  readonly depth: number;
  readonly phase: Phase;
  /** The next one around it that is paid for. */
  readonly outer: PaidLoop | undefined;
  /** It and all around it have ended. */
  readonly isSettled: boolean;
}

export type Phase = 'unasked' | 'goes-on' | 'ends' | 'mixed';

export function paidLoop(loop: number, depth: number, phase: Phase, outer: PaidLoop | undefined): PaidLoop {
  return { loop, depth, phase, outer, isSettled: phase === 'ends' && outer?.isSettled !== false };
}

/** After the `br_if` that ends a loop has been asked. */
export function withOutcome(paid: PaidLoop | undefined, loop: number, outcome: Phase): PaidLoop | undefined {
  if (paid === undefined) return undefined;
  if (paid.loop !== loop) return paidLoop(paid.loop, paid.depth, paid.phase, withOutcome(paid.outer, loop, outcome));
  return paidLoop(loop, paid.depth, paid.phase === 'unasked' ? outcome : 'mixed', paid.outer);
}

/** Of the same loops: they are those that are open where the two come together. */
function mergePaidLoops(left: PaidLoop | undefined, right: PaidLoop | undefined): PaidLoop | undefined {
  if (left === right || left === undefined) return left;
  const outer = mergePaidLoops(left.outer, right?.outer);
  if (left.phase === right?.phase) {
    return outer === left.outer ? left : paidLoop(left.loop, left.depth, left.phase, outer);
  }
  return paidLoop(left.loop, left.depth, 'mixed', outer);
}

export function isSamePaidLoops(left: PaidLoop | undefined, right: PaidLoop | undefined): boolean {
  return left === right || (left?.phase === right?.phase && isSamePaidLoops(left?.outer, right?.outer));
}

export interface AccountState {
  /** A lower bound if it is not exact. */
  readonly balance: number;
  readonly isExact: boolean;
  /** What the counter is at least; never above 0. */
  readonly counterFloor: number;
  readonly counter: Counter | 'lost';
  /** The depth of the outermost loop that has begun its iteration since the last check. */
  readonly uncheckedFrom: number;
  /** The innermost of the open loops. */
  readonly paidLoop: PaidLoop | undefined;
  /** The stack global: before the frame is taken, as at the entry, what is left below the frame, or anything. */
  readonly stack: 'untaken' | 'entry' | 'below' | 'lost';
  /** The local with the budget below the frame, or without a frame with that at the entry. */
  readonly stackLocal: number | undefined;
  /** A charge for the iterations of the loop that has to come next. */
  readonly trips: TripsStep | undefined;
}

/** What the back edges bring to a loop. */
export interface LoopAccount {
  /** What an iteration lowers the balance by. */
  readonly drop: number;
  /** The least of what the counter is at least. */
  readonly counterFloor: number;
}

export function mergeStates(left: AccountState, right: AccountState): AccountState {
  if (left === right) return left;
  return {
    ...left,
    balance: Math.min(left.balance, right.balance),
    isExact: left.isExact && right.isExact && left.balance === right.balance,
    uncheckedFrom: Math.min(left.uncheckedFrom, right.uncheckedFrom),
    counterFloor: Math.min(left.counterFloor, right.counterFloor),
    counter: left.counter === right.counter ? left.counter : 'lost',
    stack: left.stack === right.stack ? left.stack : 'lost',
    stackLocal: left.stackLocal === right.stackLocal ? left.stackLocal : undefined,
    paidLoop: mergePaidLoops(left.paidLoop, right.paidLoop),
  };
}
