/** Passes over one function until what is known about its loops stays the same, and then one that has to hold. */
import { Op, opcodeOf } from '../format/opcodes.ts';
import { Account, type AccountOptions, type KnownLoops, type TripsProof } from './account.ts';
import type { TripsStep } from './account-state.ts';
import type { Token } from './erase.ts';
import { followValues, type LoopNotes } from './loop-values.ts';
import { isMemoryOperation } from './placement.ts';
import type { FunctionCode, ModuleCode } from './read-module.ts';
import { computesTrips, constantTripCount, progressesOf } from './trip-counts.ts';
import { walk } from './walk.ts';

export interface FunctionAccount
  extends Pick<Account, 'balanceWhenSeen' | 'leastLeft' | 'leastAtCalls' | 'unknownCallees'> {
  /** Loops that are paid for in front. */
  readonly paidLoops: number;
}

/** Loops whose iterations are paid for by the code around them double what that costs with each level of them. */
const MAX_PASSES = 64;

/** @throws VerificationFailed if it has to hold and does not. */
export function functionAccount(
  module: ModuleCode,
  body: FunctionCode,
  tokens: readonly Token[],
  options: AccountOptions,
  hasToHold: boolean,
): FunctionAccount {
  const ofAccount = tokensOfAccount(tokens, options.costs);
  const loops = settleLoops(module, body, tokens, ofAccount, options);
  const account = new Account(options, loops, hasToHold);
  walk(ofAccount, account);
  const { balanceWhenSeen, leastLeft, leastAtCalls, unknownCallees } = account;
  return { balanceWhenSeen, leastLeft, leastAtCalls, unknownCallees, paidLoops: loops.proofs.size };
}

/** Without instructions at which nothing about the account can be different from what it was at the one before. */
function tokensOfAccount(tokens: readonly Token[], costs: AccountOptions['costs']): readonly Token[] {
  let isAfterStep = true;
  return tokens.filter((token) => {
    const isKept =
      isAfterStep || token.kind !== 'guest' || costs[token.index] !== undefined || counts(token.instruction.opcode);
    isAfterStep = token.kind !== 'guest';
    return isKept;
  });
}

function counts(opcode: number): boolean {
  return opcodeOf(opcode).isBlockEnd || opcode === Op.block || isMemoryOperation(opcode);
}

const noLoops: KnownLoops = { accounts: new Map(), proofs: new Map() };

/** Whatever is found here is only taken for true if the pass that has to hold finds it again. */
function settleLoops(
  module: ModuleCode,
  body: FunctionCode,
  tokens: readonly Token[],
  ofAccount: readonly Token[],
  options: AccountOptions,
): KnownLoops {
  if (options.loopFacts.size === 0) return noLoops;
  const proofs = new Map<number, TripsProof>();
  const tried = new Set<number>();
  let values: ReadonlyMap<number, LoopNotes> | undefined;
  let known: KnownLoops = { accounts: new Map(), proofs };
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const account = new Account(options, known, false);
    walk(ofAccount, account);
    let isSettled = true;
    for (const [index, { drop }] of account.loops) {
      if (drop > 0 && !tried.has(index)) {
        tried.add(index);
        values ??= followValues(module, body, tokens);
        const proof = proveTrips(values.get(index), account.tripsSteps.get(index));
        if (proof !== undefined) proofs.set(index, proof);
        if (proof?.constantTripCount !== undefined) isSettled = false;
      }
      // The iterations of a loop that are paid for around it are part of what an iteration of that costs.
      if (proofs.get(index)?.constantTripCount !== undefined && known.accounts.get(index)?.drop !== drop)
        isSettled = false;
    }
    known = { accounts: account.loops, proofs };
    if (isSettled) break;
  }
  return known;
}

function proveTrips(loop: LoopNotes | undefined, step: TripsStep | undefined): TripsProof | undefined {
  if (loop === undefined) return undefined;
  // After a branch to a block's end the ways may come together again, so that it decides nothing.
  const inOrder = [true, false].flatMap((isDirect) =>
    [...loop.conditions].filter(([index]) => loop.leadsBack.has(index) === isDirect),
  );
  for (const [decidedAt, condition] of inOrder) {
    for (const progress of progressesOf(loop, condition)) {
      const { goesOnWhenTaken } = progress;
      // A branch out of the loop does not go on with it, whatever its condition looks like.
      if ((loop.leadsBack.get(decidedAt) ?? goesOnWhenTaken) !== goesOnWhenTaken) continue;
      if (step !== undefined && computesTrips(progress, step.trips, step.traps, loop.before)) {
        return { constantTripCount: undefined, decidedAt, goesOnWhenTaken };
      }
      const constant = step === undefined ? constantTripCount(progress) : undefined;
      if (constant !== undefined) return { constantTripCount: constant, decidedAt, goesOnWhenTaken };
    }
  }
  return undefined;
}
