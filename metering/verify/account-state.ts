/** What is known at one point of a function (`account.ts`). */
import type { Counter, Step } from './step-reader.ts';

export type TurnsStep = Extract<Step, { readonly kind: 'turns' }>;

/** An open loop that is paid for in front: what the `br_if` that ends it has said in this turn. */
export interface PaidLoop {
  readonly loop: number;
  /** Loops around it. */
  readonly depth: number;
  readonly phase: 'unasked' | 'goes-on' | 'ends' | 'mixed';
}

export interface AccountState {
  /** A lower bound if it is not exact. */
  readonly balance: number;
  readonly isExact: boolean;
  /** What the counter is at least; never above 0. */
  readonly counterFloor: number;
  readonly counter: Counter | 'lost';
  /** The depth of the outermost loop that has begun its turn since the last check. */
  readonly uncheckedFrom: number;
  /** Of the open loops, outermost first. */
  readonly paidLoops: readonly PaidLoop[];
  /** The stack global: before the frame is taken, as at the entry, what is left below the frame, or anything. */
  readonly stack: 'untaken' | 'entry' | 'below' | 'lost';
  /** The local with the budget below the frame, or without a frame with that at the entry. */
  readonly stackLocal: number | undefined;
  /** There is room for a frame of so many words below that: the local has what is left then. */
  readonly room: { readonly local: number; readonly words: number } | undefined;
  /** A charge for the turns of the loop that has to come next. */
  readonly turns: TurnsStep | undefined;
}

/** What the ways back bring to a loop. */
export interface LoopAccount {
  /** What a turn lowers the balance by. */
  readonly drop: number;
  readonly back: AccountState;
}

/** All but the balance, and when it was last checked. */
export function mergeContext(left: AccountState, right: AccountState): AccountState {
  return {
    ...left,
    counterFloor: Math.min(left.counterFloor, right.counterFloor),
    counter: left.counter === right.counter ? left.counter : 'lost',
    stack: left.stack === right.stack ? left.stack : 'lost',
    stackLocal: left.stackLocal === right.stackLocal ? left.stackLocal : undefined,
    room: left.room?.local === right.room?.local && left.room?.words === right.room?.words ? left.room : undefined,
    paidLoops: mergePaidLoops(left.paidLoops, right.paidLoops),
  };
}

/** Of the same loops: they are those that are open here. */
function mergePaidLoops(left: readonly PaidLoop[], right: readonly PaidLoop[]): readonly PaidLoop[] {
  if (left === right) return left;
  return left.map((paid, index) => (paid.phase === right[index]?.phase ? paid : { ...paid, phase: 'mixed' }));
}
