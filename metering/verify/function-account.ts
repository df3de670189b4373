/** Passes over one function until what is known about its loops stays the same, and then one that has to hold. */
import { Op } from '../opcodes.ts';
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
  /** By position of a callee: the least balance at calls of it, relative to the entry. */
  readonly leastAtCalls: ReadonlyMap<number, number>;
  /** Loops that are paid for in front. */
  readonly paidLoops: number;
  readonly loops: KnownLoops;
}

/** A pass settles what one level of nested loops says; far more than code has levels. */
const MAX_PASSES = 1_000;

/**
 * @param settled What an earlier call has found about the loops, if nothing that they depend on has become known since.
 * @throws VerificationFailed if it has to hold and does not.
 */
export function functionAccount(
  module: ModuleCode,
  body: FunctionCode,
  tokens: readonly Token[],
  options: AccountOptions,
  hasToHold: boolean,
  settled?: KnownLoops,
): FunctionAccount {
  const loops = settled ?? settleLoops(module, body, tokens, options);
  const account = new Account(options, loops, hasToHold);
  walk(tokens, account);
  if (hasToHold) {
    account.expectAllTurnsUsed();
    if (print({ accounts: account.loops, proofs: loops.proofs }) !== print(loops)) {
      const { offset = 0 } = tokens[0] ?? {};
      throw new VerificationFailed('unchecked', options.functionIndex, offset, 'loops that settle', 'others');
    }
  }
  const { balanceWhenSeen, leastLeft, leastAtCalls } = account;
  return { balanceWhenSeen, leastLeft, leastAtCalls, paidLoops: loops.proofs.size, loops };
}

function settleLoops(
  module: ModuleCode,
  body: FunctionCode,
  tokens: readonly Token[],
  options: AccountOptions,
): KnownLoops {
  const proofs = new Map<number, TurnsProof>();
  const tried = new Set<number>();
  let values: FunctionValues | undefined;
  let known: KnownLoops = { accounts: new Map(), proofs };
  if (!body.code.some(({ opcode }) => opcode === Op.loop)) return known;
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
    if (printed === before) break;
  }
  return known;
}

/** What a pass has found that the next one builds on. */
function print({ accounts, proofs }: KnownLoops): string {
  const found = [...accounts].map(([index, { drop, back }]) => {
    const { counterFloor, counter, stack, stackLocal, room, paidLoops } = back;
    return [index, drop, counterFloor, counter, stack, stackLocal, room, paidLoops];
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
