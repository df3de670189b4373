import * as fc from 'fast-check';
import { accounts } from '../../contracts/accounts.ts';
import type { ArgumentText } from '../../contracts/contract-case.ts';
import type { InkArgument } from '../../contracts/ink/argument.ts';
import type { InkMessage } from '../../contracts/ink/ink-codec.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import { randomCaller, randomWei } from './method-calls.ts';
import { randomBytes, randomInteger } from './random-values.ts';

const MAX_LENGTH = 12;
const MAX_ITEMS = 4;
const MAX_BYTES = 40;

/**
 * Sequences of messages to a freshly deployed ink! contract, with arguments at the edges of their types. A message that has an
 * argument of a type not known here gets its selector and random bytes, which is for the contract to refuse.
 */
export function randomInkCalls(messages: readonly InkMessage[]): fc.Arbitrary<readonly ReplayCall[]> {
  const calls = messages.map((message) => ({ weight: message.isMutating ? 3 : 1, arbitrary: randomCall(message) }));
  const unknown = someBytes().map((data): ReplayCall => ({ data }));
  return fc.array(fc.oneof(...calls, { weight: 1, arbitrary: unknown }), {
    minLength: 1,
    maxLength: MAX_LENGTH,
    size: 'max',
  });
}

function randomCall({ name, selector, types, isPayable }: InkMessage): fc.Arbitrary<ReplayCall> {
  const values = types.map(randomInkValue);
  const called = values.every((value) => value !== undefined)
    ? fc.tuple(...values).map((args) => ({ method: name, args: args as readonly ArgumentText[] }))
    : someBytes().map((rest) => ({ data: selector + rest.slice(2) }));
  return fc
    .tuple(called, randomCaller(), randomWei(isPayable ? 1 : 15))
    .map(([call, caller, value]) => ({ ...call, caller, ...(value !== '0' && { value }) }));
}

/** Of any length up to a few words. */
function someBytes(): fc.Arbitrary<string> {
  return fc.nat(MAX_BYTES).chain(randomBytes);
}

/** Of a type as metadata names it: `u128`, `Option<AccountId>`, `Vec<u8>`, `[u8;32]`, `(bool,u32)`. Undefined for others. */
export function randomInkValue(type: string): fc.Arbitrary<InkArgument> | undefined {
  const integer = /^(u|i)(8|16|32|64|128|256)$/.exec(type);
  if (integer !== null) {
    const size = 1n << BigInt(integer[2] as string);
    return integer[1] === 'i' ? randomInteger(-size / 2n, size / 2n - 1n) : randomInteger(0n, size - 1n);
  }
  switch (type) {
    case 'bool':
      return fc.boolean();
    case 'Balance':
      return randomInteger(0n, (1n << 128n) - 1n);
    case 'AccountId':
    case 'AccountId32':
      return fc.constantFrom(...Object.keys(accounts).map((name) => `@${name}`));
    case 'Hash':
    case 'H256':
      return randomBytes(32);
    case 'Bytes':
    case 'Vec<u8>':
      return someBytes();
    case 'Text':
    case 'String':
    case 'str':
      return fc.string({ unit: 'grapheme-ascii', maxLength: MAX_BYTES });
  }
  const bytes = /^\[u8;\s*(\d{1,3})\]$/.exec(type);
  if (bytes !== null) return randomBytes(Number(bytes[1]));
  const wrapped = /^(Option|Vec)<(.*)>$/.exec(type);
  const item = wrapped === null ? undefined : randomInkValue(wrapped[2] as string);
  if (item === undefined) return undefined;
  return wrapped?.[1] === 'Option' ? fc.option(item, { nil: null }) : fc.array(item, { maxLength: MAX_ITEMS });
}
