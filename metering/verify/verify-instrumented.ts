/**
 * Establishes from the bytes of an instrumented module that it is the original one, metered. Shares nothing with the
 * injector but the table of opcodes and the reader of LEB128 numbers, so that a mistake has to be made twice.
 *
 * 1. *Erasure.* Injected code begins with a read of an injected local or global, which no instruction of the guest can
 *    touch. Taking it out leaves the original; what is not one of the known forms is refused (`erase.ts`). Everything
 *    around the code is as it was, the injected functions are the ones that they have to be, and so are the entries of
 *    functions that take gas by value (`by-value.ts`).
 *    Functions of the host that are linked to the guest are taken as given, byte by byte (`host-functions.ts`). Where writes
 *    are tracked, every store has its mark around it or is covered by an earlier one (`marked-stores.ts`).
 * 2. *Account.* One pass along the control flow of each function carries a balance: charged so far minus cost so far.
 *    It has to be the same on all ways to a point, and the same at all observation points of the counter: then what is
 *    charged between two such points is what runs between them, whatever way is taken (`account.ts`). What the balance
 *    at the entry has to be for that is what callers pay ahead. It is found from callees to callers, is 0 where callers
 *    are not known, and every call has to bring it. A function for which it is not found never returns.
 * 3. *Checks.* Every cycle in a function passes a check, or is a loop whose trip count is computed in front of it: it
 *    is derived from the guest's code alone and compared with what injected code computes (`trip-counts.ts`). At
 *    calls, ends and host calls nothing is unchecked.
 * 4. *Overdraft.* Counter + balance is what is left by definition. How far that can be below zero is known at every
 *    point, so that what can run unpaid has a bound. Along chains of calls balances add up: no cycle of calls may lose.
 * 5. *Stack.* Who takes how large a frame follows from the original (`call-facts.ts`). The global with the budget has to
 *    say what is left below the caller's frame at every call of a function that observes it, and to be as it was found
 *    when a function without a frame, or one that the host calls, ends. A function whose entry has looked for room for all its
 *    calls of itself has to call itself with less each time (`bounded-recursion.ts`), and nobody else who observes the stack.
 *
 * Takes time in proportion to the code: two passes over each function, and one more for each level of loops of which the code
 * around them pays for the iterations, which are few. Functions that can call each other are looked at again when more is known of
 * those that they wait for, and not without end (`all-accounts.ts`).
 */
import type { CostTable } from '../gas/cost-table.ts';
import { type HostCode, noHostCode } from '../host/host-code.ts';
import type { TrackingKind } from '../host/tracked-writes.ts';
import type { AccountOptions } from './account.ts';
import { allAccounts } from './all-accounts.ts';
import { blockCosts, weightsOf } from './block-costs.ts';
import { boundsRecursion } from './bounded-recursion.ts';
import { type ByValue, checkEntry, findByValue } from './by-value.ts';
import { type CallFacts, callFacts } from './call-facts.ts';
import type { Token } from './erase.ts';
import type { FunctionAccount } from './function-account.ts';
import { checkHostFunctions } from './host-functions.ts';
import { loopFacts } from './loop-facts.ts';
import { isMemoryOperation, placementOf } from './placement.ts';
import { type ModuleCode, readModule, readOriginal } from './read-module.ts';
import { bodyOf, indexOf, paramCount, type Reading, tokensOf } from './reading.ts';
import { type Budgets, checkSurroundings, type Names } from './surroundings.ts';
import { VerificationFailed } from './verification-failed.ts';

/** Those whose counter is in the module: with `host-call` it is the host's to keep. */
export type VerifiableStrategy = 'default' | 'global' | 'none';

export const verifiableStrategies: readonly VerifiableStrategy[] = ['default', 'global', 'none'];

/** As the module was instrumented. */
export interface VerifyOptions {
  readonly costs: CostTable;
  readonly limits: Budgets;
  /** `none`: nothing is metered. `global`: every block is paid where it begins, so that traps are exact too. */
  readonly strategy: VerifiableStrategy;
  /** As given to `instrument`: its functions are taken as they are. Default: nothing. @internal */
  readonly hostCode?: HostCode;
}

/** What an instrumented module has been shown to be. */
export interface Verification {
  /** Of the module's own functions, by position. */
  readonly functions: readonly FunctionVerification[];
  /** Gas that can run at most before a check comes to it. `undefined` if nothing is metered. */
  readonly maxOverdraftGas: number | undefined;
  /** Places that charge, those of memory.grow and the bulk operations included. */
  readonly chargeCount: number;
}

export interface FunctionVerification {
  /** Gas that its callers pay ahead; `undefined` if it never returns. */
  readonly prepaidGas: number | undefined;
  /** Gas that can run unpaid in it before a check, what its callers owe included. */
  readonly overdraftGas: number;
  readonly frameWords: number;
  readonly chargeCount: number;
  /** Loops whose iterations are paid for in front of them. */
  readonly paidLoops: number;
}

/** What came out of `instrument`. */
export interface ToVerify {
  readonly bytes: Uint8Array;
  readonly names: Names;
  /** Default: `nothing`. */
  readonly tracks?: TrackingKind;
}

/**
 * Shows from the bytes of an instrumented module that it is the original, metered; shares no code with what instruments.
 *
 * @throws VerificationFailed
 *
 * @example
 * const { costs, limits } = flatV2Schedule;
 * const options = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy: 'global' } as const;
 * const { bytes, names } = instrument(erc20.wasm, options);
 * const { chargeCount, maxOverdraftGas } = verifyInstrumented(erc20.wasm, { bytes, names }, options);
 * console.log(chargeCount, maxOverdraftGas); // 250 0
 */
export function verifyInstrumented(
  originalBytes: Uint8Array,
  { bytes, names, tracks = 'nothing' }: ToVerify,
  { costs, limits, strategy, hostCode = noHostCode }: VerifyOptions,
): Verification {
  const original = readOriginal(originalBytes);
  const instrumented = readModule(bytes);
  const isMetered = strategy !== 'none';
  const placement = placementOf(original, instrumented, hostCode, isMetered, tracks);
  const surroundings = { original, instrumented, placement, tracks, isMetered };
  checkSurroundings(surroundings, names, limits, isMetered ? costs : undefined, hostCode);
  const calls = callFacts(original);
  const byValue = findByValue(original, instrumented, placement);
  if (strategy !== 'default' && byValue.some((taken) => taken !== undefined)) {
    throw new VerificationFailed('surroundings', undefined, 0, 'no function that takes gas by value', 'one');
  }
  const read: Reading = { ...surroundings, byValue };
  checkHostFunctions(read, hostCode);
  const tokens = original.functions.map((_, position) => tokensOf(read, position));
  if (!isMetered) {
    for (const [position, each] of tokens.entries()) expectGuestAlone(read, position, each);
    const bare = { prepaidGas: 0, overdraftGas: 0, frameWords: 0, chargeCount: 0, paidLoops: 0 };
    return { functions: original.functions.map(() => bare), maxOverdraftGas: undefined, chargeCount: 0 };
  }
  for (const [position, taken] of byValue.entries()) {
    if (taken === undefined) continue;
    checkEntry(original, instrumented, position, taken, calls, placement);
    checkBoundedRecursion(read, position, taken, tokens[position] ?? []);
  }
  const usesGas = whoUsesGas(original, tokens, byValue, calls);
  const facts = tokens.map(loopFacts);
  const weights = weightsOf(costs);
  const blocks = original.functions.map((body) => blockCosts(body, costs, weights));
  const paysAtOnce = strategy === 'global';
  const optionsOf = (position: number, prepaid: readonly (number | undefined)[]): AccountOptions => ({
    functionIndex: indexOf(read, position),
    importCount: original.importedFunctions.length,
    position,
    calls,
    isBounded: (callee) => byValue[callee]?.boundedBy !== undefined,
    gasParam: byValue[position] === undefined ? undefined : paramCount(original, position),
    usesGas,
    costs: blocks[position] ?? [],
    prepaid,
    loopFacts: facts[position] ?? new Map(),
    paysAtOnce,
  });
  const { accounts, prepaid } = allAccounts(original, tokens, calls, optionsOf, paysAtOnce);
  const overdrafts = overdraftsOf(read, calls, accounts);
  const functions = original.functions.map((_, position) => ({
    prepaidGas: prepaid[position],
    overdraftGas: overdrafts[position] ?? 0,
    frameWords: calls.frameWords[position] ?? 0,
    chargeCount: (tokens[position] ?? []).filter(isCharge).length,
    paidLoops: accounts[position]?.paidLoops ?? 0,
  }));
  return {
    functions,
    maxOverdraftGas: overdrafts.reduce((most, gas) => Math.max(most, gas), 0),
    chargeCount: functions.reduce((sum, { chargeCount }) => sum + chargeCount, 0),
  };
}

/** In the unmetered twin. */
function expectGuestAlone(read: Reading, position: number, tokens: readonly Token[]): void {
  const injected = tokens.find(({ kind }) => kind !== 'guest');
  if (injected === undefined) return;
  const { offset, kind } = injected;
  throw new VerificationFailed('injected-state', indexOf(read, position), offset, 'code of the guest alone', kind);
}

/** What is handed over from call to call must become less, or the frames that the entry looked for are not enough. */
function checkBoundedRecursion(
  read: Reading,
  position: number,
  { functionIndex, boundedBy }: ByValue,
  tokens: readonly Token[],
): void {
  const index = read.original.importedFunctions.length + position;
  if (boundedBy === undefined || boundsRecursion(read.original, index, boundedBy, tokens)) return;
  const expected = `parameter ${boundedBy} to fall from call to call`;
  throw new VerificationFailed('stack', functionIndex, bodyOf(read, position).offset, expected, 'that it may not');
}

/** By position: a call of it comes to code that charges, or to the host. */
function whoUsesGas(
  module: ModuleCode,
  tokens: readonly (readonly Token[])[],
  byValue: readonly (ByValue | undefined)[],
  { callees, groups, reachesHost }: CallFacts,
): readonly boolean[] {
  const usesGas = module.functions.map(
    (_, position) =>
      byValue[position] !== undefined || reachesHost[position] === true || (tokens[position] ?? []).some(touchesGas),
  );
  for (const group of groups) {
    const called = group.flatMap((position) => callees[position] ?? []);
    if (![...group, ...called].some((position) => usesGas[position] === true)) continue;
    for (const position of group) usesGas[position] = true;
  }
  return usesGas;
}

function touchesGas(token: Token): boolean {
  return isCharge(token) || (token.kind === 'step' && (token.step.kind === 'load' || token.step.kind === 'store'));
}

function isCharge(token: Token): boolean {
  if (token.kind === 'step') return token.step.kind === 'charge' || token.step.kind === 'trip-count';
  return token.kind === 'guest' && isMemoryOperation(token.instruction.opcode);
}

/**
 * By position: the gas that can run unpaid in a function at most. A callee begins with the balance that its caller has
 * at the call, so that debts, and what is paid ahead, add up along chains of calls: the least sums are looked for, and
 * are there unless a cycle of calls loses each time around (R. Bellman, "On a routing problem", 1958).
 */
function overdraftsOf(
  read: Reading,
  { groups, isOpen }: CallFacts,
  accounts: readonly FunctionAccount[],
): readonly number[] {
  const leastAtEntry = isOpen.map((isOpenFunction) => (isOpenFunction ? 0 : Number.POSITIVE_INFINITY));
  const handOn = (position: number, isCallee: (callee: number) => boolean, lowered: Set<number>): void => {
    for (const [callee, balance] of accounts[position]?.leastAtCalls ?? []) {
      const handed = (leastAtEntry[position] ?? 0) + balance;
      if (!isCallee(callee) || handed >= (leastAtEntry[callee] ?? 0)) continue;
      leastAtEntry[callee] = handed;
      lowered.add(callee);
    }
  };
  for (const group of groups.toReversed()) {
    const members = new Set(group);
    let changed = members;
    for (let round = 0; changed.size > 0; round += 1) {
      const lowered = new Set<number>();
      for (const position of changed) {
        if (round > group.length) throw losing(read, position);
        handOn(position, (callee) => members.has(callee), lowered);
      }
      changed = lowered;
    }
    for (const position of group) handOn(position, (callee) => !members.has(callee), new Set());
  }
  return accounts.map(({ leastLeft }, position) => Math.max(0, -(leastLeft + (leastAtEntry[position] ?? 0))));
}

function losing(read: Reading, position: number): VerificationFailed {
  const { offset } = bodyOf(read, position);
  const expected = 'a cycle of calls that is paid for';
  return new VerificationFailed('overdraft', indexOf(read, position), offset, expected, 'one that is not');
}
