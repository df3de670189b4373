/**
 * The accounts of all functions, callees first. What a function wants paid ahead is seen where its account first comes to
 * where someone looks, and an account comes no further than a call of which that is not known. So among functions that can
 * call each other, one that has found nothing waits for those that it came to, and is looked at again when one of them has
 * found something. Those that were looked at least come first: then one that calls many others mostly finds them all known.
 */
import type { AccountOptions } from './account.ts';
import type { CallFacts } from './call-facts.ts';
import type { Token } from './erase.ts';
import { type FunctionAccount, functionAccount } from './function-account.ts';
import type { ModuleCode } from './read-module.ts';
import { functionAt } from './reading.ts';
import { VerificationFailed } from './verification-failed.ts';

export interface Accounts {
  readonly accounts: readonly FunctionAccount[];
  /** By position: what callers pay ahead; `undefined` if the function never returns. */
  readonly prepaid: readonly (number | undefined)[];
}

/**
 * Of functions that can call each other, how often all of their code may be looked at to find what they want. Code that
 * was written needs two or three; what is made to need as many as there are calls is not worth the time.
 */
const MAX_LOOKS = 16;

/** @throws VerificationFailed */
export function allAccounts(
  module: ModuleCode,
  tokens: readonly (readonly Token[])[],
  { groups, isOpen, isRecursive }: CallFacts,
  optionsOf: (position: number, prepaid: readonly (number | undefined)[]) => AccountOptions,
  paysAtOnce: boolean,
): Accounts {
  const prepaid: (number | undefined)[] = isOpen.map((isOpenFunction) =>
    isOpenFunction || paysAtOnce ? 0 : undefined,
  );
  const accounts: FunctionAccount[] = [];
  const account = (position: number, hasToHold: boolean): FunctionAccount => {
    const body = functionAt(module, position);
    return functionAccount(module, body, tokens[position] ?? [], optionsOf(position, prepaid), hasToHold);
  };
  const sizeOf = (position: number): number => tokens[position]?.length ?? 0;

  const findPrepaid = (group: readonly number[]): void => {
    const open = group.filter((position) => prepaid[position] === undefined);
    // By how often it was looked at: what is to be looked at next, the last first.
    const ready: number[][] = [open.toReversed()];
    const isReady = new Set(open);
    const looks = new Map<number, number>();
    const waiting = new Map<number, Set<number>>();
    let left = MAX_LOOKS * open.reduce((sum, position) => sum + sizeOf(position), 0);
    for (let position = takeFirst(ready); position !== undefined; position = takeFirst(ready)) {
      isReady.delete(position);
      looks.set(position, (looks.get(position) ?? 0) + 1);
      left -= sizeOf(position);
      if (left < 0) throw tooManyLooks(optionsOf(position, prepaid));
      const { balanceWhenSeen, unknownCallees } = account(position, false);
      if (balanceWhenSeen === undefined) {
        for (const callee of unknownCallees) waiting.set(callee, (waiting.get(callee) ?? new Set()).add(position));
        continue;
      }
      prepaid[position] = 0 - balanceWhenSeen;
      for (const caller of waiting.get(position) ?? []) {
        if (prepaid[caller] !== undefined || isReady.has(caller)) continue;
        isReady.add(caller);
        const count = looks.get(caller) ?? 0;
        ready[count] ??= [];
        ready[count].push(caller);
      }
    }
  };

  for (const group of groups) {
    const [first = 0] = group;
    const isCycle = isRecursive[first] === true;
    if (isCycle) findPrepaid(group);
    for (const position of group) {
      const found = account(position, true);
      accounts[position] = found;
      if (!isCycle && found.balanceWhenSeen !== undefined) prepaid[position] = 0 - found.balanceWhenSeen;
    }
  }
  return { accounts, prepaid };
}

function takeFirst(ready: readonly (number[] | undefined)[]): number | undefined {
  for (const positions of ready) {
    const last = positions?.pop();
    if (last !== undefined) return last;
  }
  return undefined;
}

function tooManyLooks({ functionIndex }: AccountOptions): VerificationFailed {
  const expected = `what callers pay ahead to be found in ${MAX_LOOKS} looks`;
  return new VerificationFailed('unbalanced', functionIndex, 0, expected, 'more');
}
