/** Passes over one function until what is known about its loops stays the same, and then one that has to hold. */
import { Account, type AccountOptions, type KnownLoops, type TurnsProof } from './account.ts';
import type { Token } from './erase.ts';
import { type FunctionValues, followValues } from './loop-values.ts';
import type { FunctionCode, ModuleCode } from './read-module.ts';
import { computesTurns, constantTurns, progressOf } from './turns.ts';
import { VerificationFailed } from './verification-failed.ts';
import { walk } from './walk.ts';

export interface FunctionAccount {
  /** `undefined` if control never comes to where someone looks. */
  readonly balanceWhenSeen: number | undefined;
  /** The least of counter + balance where something runs, relative to the entry. */
  readonly leastLeft: number;
  readonly leastHandedOver: ReadonlyMap<number, number>;
  /** Loops that are paid for in front. */
  readonly paidLoops: number;
}

/** A pass settles what one level of nested loops says; far more than code has levels. */
const MAX_PASSES = 1_000;

/** @throws VerificationFailed if it has to hold and does not. */
export function functionAccount(
  module: ModuleCode,
  body: FunctionCode,
  tokens: readonly Token[],
  options: AccountOptions,
  hasToHold: boolean,
): FunctionAccount {
  const proofs = new Map<number, TurnsProof>();
  const tried = new Set<number>();
  let values: FunctionValues | undefined;
  let known: KnownLoops = { accounts: new Map(), proofs };
  let printed = '';
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const account = new Account(options, known, false);
    walk(tokens, account);
    for (const [index, { drop }] of account.loops) {
      if (drop <= 0 || tried.has(index)) continue;
      tried.add(index);
      values ??= followValues(module, body, tokens);
      const proof = proveTurns(values, index, account);
      if (proof !== undefined) proofs.set(index, proof);
    }
    known = { accounts: account.loops, proofs };
    const before = printed;
    printed = print(known);
    if (printed === before || account.loops.size === 0) break;
  }
  const account = new Account(options, known, hasToHold);
  walk(tokens, account);
  if (hasToHold) {
    account.expectAllTurnsUsed();
    if (print({ accounts: account.loops, proofs }) !== printed) {
      throw new VerificationFailed(
        'unchecked',
        options.functionIndex,
        tokens[0]?.offset ?? 0,
        'loops that settle',
        'others',
      );
    }
  }
  const { balanceWhenSeen, leastLeft, leastHandedOver } = account;
  return { balanceWhenSeen, leastLeft, leastHandedOver, paidLoops: proofs.size };
}

/** What a pass has found that the next one builds on. */
function print({ accounts, proofs }: KnownLoops): string {
  const found = [...accounts].map(([index, { drop, back }]) => {
    const { counterFloor, counter, stack, stackLocal, paidLoops } = back;
    return [index, drop, counterFloor, counter, stack, stackLocal, paidLoops];
  });
  return JSON.stringify([found, [...proofs.keys()]]);
}

function proveTurns(values: FunctionValues, index: number, { turnsSteps }: Account): TurnsProof | undefined {
  const loop = values.loops.get(index);
  if (loop === undefined) return undefined;
  const step = turnsSteps.get(index);
  for (const [decidedAt, condition] of values.conditions) {
    const progress = decidedAt > index ? progressOf(loop, condition) : undefined;
    if (progress === undefined) continue;
    const { goesOnWhenTaken } = progress;
    if (step !== undefined && computesTurns(progress, step.turns, step.traps, loop.before)) {
      return { constantTurns: undefined, decidedAt, goesOnWhenTaken };
    }
    const constant = step === undefined ? constantTurns(progress) : undefined;
    if (constant !== undefined) return { constantTurns: constant, decidedAt, goesOnWhenTaken };
  }
  return undefined;
}
