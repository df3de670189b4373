/**
 * Establishes from the bytes of an instrumented module that it is the original one, metered. Shares nothing with the
 * injector but the table of opcodes and the reader of LEB128 numbers, so that a mistake has to be made twice.
 *
 * 1. *Erasure.* Injected code begins with a read of an injected local or global, which no instruction of the guest can
 *    touch. Taking it out leaves the original, byte by byte; what is not one of the known forms is refused (`erase.ts`).
 *    Everything around the code is as it was, the injected functions are the ones that they have to be.
 * 2. *Account.* One pass along the control flow of each function carries a balance: charged so far minus cost so far.
 *    It has to be the same on all ways to a point, and the same wherever someone can look at the counter: then what is
 *    charged between two such points is what runs between them, whatever way is taken (`account.ts`). What the balance
 *    at the entry has to be for that is what callers pay ahead. It is found from callees to callers, is 0 where callers
 *    are not known, and every call has to bring it. A function for which it is not found never returns.
 * 3. *Checks.* Every cycle in a function passes a check, or is a loop whose turns are counted in front of it: the number
 *    of turns is derived from the guest's code alone and compared with what injected code computes (`turns.ts`). At
 *    calls, ends and host calls nothing is unchecked. A call that begins with a debt is no part of a cycle of calls.
 * 4. *Overdraft.* Counter + balance is what is left by definition. How far that can be below zero is known at every
 *    point, so that what can run unpaid has a bound, along chains of calls too.
 * 5. *Stack.* Who takes how large a frame follows from the original (`call-facts.ts`). The global with the budget has to
 *    say what is left below the caller's frame at every call of a function that looks at it, and to be as it was found
 *    when a function without a frame, or one that the host calls, ends.
 *
 * Takes time in proportion to the code, times the depth of loops.
 */
import type { CostTable } from '../cost-table.ts';
import { Op } from '../opcodes.ts';
import type { AccountOptions } from './account.ts';
import { blockCosts } from './block-costs.ts';
import { type CallFacts, callFacts } from './call-facts.ts';
import { erase, type Token } from './erase.ts';
import { type FunctionAccount, functionAccount } from './function-account.ts';
import { type FunctionCode, type ModuleCode, readModule } from './read-module.ts';
import { type Budgets, checkSurroundings, type Names } from './surroundings.ts';
import { VerificationFailed } from './verification-failed.ts';

export interface VerifyOptions {
  readonly costs: CostTable;
  readonly limits: Budgets;
  /** `none`: nothing is metered. `global`: every block is paid where it begins, so that traps are exact too. */
  readonly strategy: 'default' | 'local' | 'global' | 'none';
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
  /** Gas that can run unpaid before a check, in it and in what it calls. */
  readonly overdraftGas: number;
  readonly frameWords: number;
  readonly chargeCount: number;
  /** Loops whose turns are paid for in front of them. */
  readonly paidLoops: number;
}

/** @throws VerificationFailed */
export function verifyInstrumented(
  originalBytes: Uint8Array,
  { bytes, names }: { readonly bytes: Uint8Array; readonly names: Names },
  { costs, limits, strategy }: VerifyOptions,
): Verification {
  const original = readModule(originalBytes);
  const instrumented = readModule(bytes);
  const isMetered = strategy !== 'none';
  checkSurroundings(original, instrumented, names, limits, isMetered ? costs : undefined);
  const tokens = original.functions.map((_, position) => tokensOf(original, instrumented, position, isMetered));
  if (!isMetered) {
    const bare = { prepaidGas: 0, overdraftGas: 0, frameWords: 0, chargeCount: 0, paidLoops: 0 };
    return { functions: original.functions.map(() => bare), maxOverdraftGas: undefined, chargeCount: 0 };
  }
  const calls = callFacts(original);
  const optionsOf = (position: number, prepaid: readonly (number | undefined)[]): AccountOptions => ({
    functionIndex: original.importedFunctions.length + position,
    importCount: original.importedFunctions.length,
    position,
    calls,
    costs: blockCosts(functionAt(original, position), costs),
    prepaid,
    paysAtOnce: strategy === 'global',
  });
  const { accounts, prepaid } = allAccounts(original, tokens, calls, optionsOf);
  const overdrafts = overdraftsOf(original, instrumented, calls, accounts, prepaid);
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

function functionAt(module: ModuleCode, position: number): FunctionCode {
  const found = module.functions[position];
  if (found === undefined) throw new RangeError(`no function ${position}`);
  return found;
}

function tokensOf(
  original: ModuleCode,
  instrumented: ModuleCode,
  position: number,
  isMetered: boolean,
): readonly Token[] {
  const body = functionAt(original, position);
  const found = functionAt(instrumented, position);
  const functionIndex = original.importedFunctions.length + position;
  const firstFunction = original.importedFunctions.length + original.functions.length;
  const kept = found.locals.slice(0, body.locals.length);
  const added = found.locals.length - body.locals.length;
  // More would make native frames larger than the words that are taken for them.
  const isExtended = added >= 0 && added <= (isMetered ? MAX_ADDED_LOCALS : 0);
  if (!isExtended || kept.join() !== body.locals.join()) {
    const expected = `locals ${body.locals.join()} and at most ${MAX_ADDED_LOCALS} more`;
    throw new VerificationFailed('guest-code', functionIndex, found.offset, expected, found.locals.join());
  }
  const memoryOperations = isMetered ? [Op.memoryGrow, Op.memoryCopy, Op.memoryFill] : [];
  return erase(
    original.bytes,
    body,
    instrumented.bytes,
    found,
    {
      functionIndex,
      gasGlobal: original.globals.length,
      stackGlobal: original.globals.length + 1,
      firstLocal: (original.types[body.typeIndex]?.params.length ?? 0) + body.locals.length,
    },
    { byOpcode: new Map(memoryOperations.map((opcode, index) => [opcode, firstFunction + 2 + index])), firstFunction },
  );
}

/** The counter, two numbers on the way, what is left of the stack. */
const MAX_ADDED_LOCALS = 4;

function isCharge(token: Token): boolean {
  if (token.kind === 'step') return token.step.kind === 'charge' || token.step.kind === 'turns';
  if (token.kind !== 'guest') return false;
  const { opcode } = token.instruction;
  return opcode === Op.memoryGrow || opcode === Op.memoryCopy || opcode === Op.memoryFill;
}

/** Callees first. Functions that can call each other are looked at until no more is found about what they want. */
function allAccounts(
  module: ModuleCode,
  tokens: readonly (readonly Token[])[],
  { groups, isOpen }: CallFacts,
  optionsOf: (position: number, prepaid: readonly (number | undefined)[]) => AccountOptions,
): { readonly accounts: readonly FunctionAccount[]; readonly prepaid: readonly (number | undefined)[] } {
  const prepaid: (number | undefined)[] = isOpen.map((isOpenFunction) => (isOpenFunction ? 0 : undefined));
  const accounts: FunctionAccount[] = [];
  const account = (position: number, hasToHold: boolean): FunctionAccount => {
    const body = functionAt(module, position);
    return functionAccount(module, body, tokens[position] ?? [], optionsOf(position, prepaid), hasToHold);
  };
  for (const group of groups) {
    let open = group.filter((position) => prepaid[position] === undefined);
    for (let left = -1; open.length !== left; ) {
      left = open.length;
      for (const position of open) {
        const { balanceWhenSeen } = account(position, false);
        if (balanceWhenSeen !== undefined) prepaid[position] = 0 - balanceWhenSeen;
      }
      open = open.filter((position) => prepaid[position] === undefined);
    }
    for (const position of group) accounts[position] = account(position, true);
  }
  return { accounts, prepaid };
}

/** A debt at a call is run on by the callee, so that debts add up along chains of calls. */
function overdraftsOf(
  original: ModuleCode,
  instrumented: ModuleCode,
  { groups }: CallFacts,
  accounts: readonly FunctionAccount[],
  prepaid: readonly (number | undefined)[],
): readonly number[] {
  const overdrafts = new Array<number>(original.functions.length).fill(0);
  const isDone = new Array<boolean>(original.functions.length).fill(false);
  for (const group of groups) {
    for (const position of group) {
      const own = prepaid[position] ?? 0;
      const { leastLeft, leastHandedOver } = accounts[position] as FunctionAccount;
      let most = Math.max(0, -(leastLeft + own));
      for (const [callee, handedOver] of leastHandedOver) {
        const debt = -(handedOver + own);
        if (debt <= 0) continue;
        if (isDone[callee] !== true) {
          const index = original.importedFunctions.length + position;
          const { offset } = functionAt(instrumented, position);
          throw new VerificationFailed('overdraft', index, offset, 'no debt in a cycle of calls', `${debt} gas`);
        }
        most = Math.max(most, debt + (overdrafts[callee] ?? 0));
      }
      overdrafts[position] = most;
    }
    for (const position of group) isDone[position] = true;
  }
  return overdrafts;
}
