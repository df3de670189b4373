import * as fc from 'fast-check';
import { accounts } from '../../contracts/accounts.ts';
import type { ArgumentText } from '../../contracts/contract-case.ts';
import type { InkArgument } from '../../contracts/ink/argument.ts';
import type { InkMessage } from '../../contracts/ink/ink-codec.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';

const MAX_LENGTH = 12;
const MAX_ITEMS = 4;
const MAX_BYTES = 40;

/**
 * Sequences of messages to a freshly deployed ink! contract, with arguments at the edges of their types. A message that has an
 * argument of a type not known here gets its selector and random bytes, which is for the contract to refuse.
 */
export function randomInkCalls(messages: readonly InkMessage[]): fc.Arbitrary<readonly ReplayCall[]> {
  const calls = messages.map((message) => ({ weight: message.isMutating ? 3 : 1, arbitrary: randomCall(message) }));
  const unknown = randomBytes(0, MAX_BYTES).map((data): ReplayCall => ({ data }));
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
    : randomBytes(0, MAX_BYTES).map((rest) => ({ data: selector + rest.slice(2) }));
  const wei = fc.oneof(
    { weight: isPayable ? 1 : 15, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 1000 }).map(String) },
  );
  const caller = fc.constantFrom('alice', 'deployer', ...Object.keys(accounts));
  return fc
    .tuple(called, caller, wei)
    .map(([call, from, value]) => ({ ...call, caller: from, ...(value !== undefined && { value }) }));
}

/** Of a type as metadata names it: `u128`, `Option<AccountId>`, `Vec<u8>`, `[u8;32]`, `(bool,u32)`. Undefined for others. */
export function randomInkValue(type: string): fc.Arbitrary<InkArgument> | undefined {
  const integer = /^(u|i)(8|16|32|64|128|256)$/.exec(type);
  if (integer !== null) return randomInteger(integer[1] === 'i', Number(integer[2]));
  switch (type) {
    case 'bool':
      return fc.boolean();
    case 'Balance':
      return randomInteger(false, 128);
    case 'AccountId':
    case 'AccountId32':
      return fc.constantFrom(...Object.keys(accounts).map((name) => `@${name}`));
    case 'Hash':
    case 'H256':
      return randomBytes(32, 32);
    case 'Bytes':
    case 'Vec<u8>':
      return randomBytes(0, MAX_BYTES);
    case 'Text':
    case 'String':
    case 'str':
      return fc.string({ unit: 'grapheme-ascii', maxLength: MAX_BYTES });
  }
  const bytes = /^\[u8;\s*(\d{1,3})\]$/.exec(type);
  if (bytes !== null) return randomBytes(Number(bytes[1]), Number(bytes[1]));
  const wrapped = /^(Option|Vec)<(.*)>$/.exec(type);
  const item = wrapped === null ? undefined : randomInkValue(wrapped[2] as string);
  if (item === undefined) return undefined;
  return wrapped?.[1] === 'Option' ? fc.option(item, { nil: null }) : fc.array(item, { maxLength: MAX_ITEMS });
}

function randomInteger(isSigned: boolean, bits: number): fc.Arbitrary<string> {
  const [min, max] = isSigned
    ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n]
    : [0n, (1n << BigInt(bits)) - 1n];
  const small = fc.bigInt({ min: 0n, max: 20n });
  return fc
    .oneof(
      { withCrossShrink: true },
      { weight: 4, arbitrary: small },
      { weight: 2, arbitrary: fc.constantFrom(max, max - 1n, min, (max + 1n) / 2n) },
      { weight: 1, arbitrary: fc.bigInt({ min, max }) },
    )
    .map(String);
}

function randomBytes(min: number, max: number): fc.Arbitrary<string> {
  const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 0xff }));
  return fc
    .array(byte, { minLength: min, maxLength: max })
    .map((bytes) => `0x${bytes.map((value) => value.toString(16).padStart(2, '0')).join('')}`);
}
