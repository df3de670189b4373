/** Return data and events of anybody, through the decoders of both ABIs: a value, nothing, or `InputRejected`; and soon. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Abi } from 'ox';
import * as AbiItem from 'ox/AbiItem';
import { decodeEvent, decodeOutput, decodeRevert, encodeCall } from '../../contracts/call-codec.ts';
import type { ArgumentText } from '../../contracts/contract-case.ts';
import { readInkBundle } from '../../contracts/ink/bundle.ts';
import { createInkCodec, type InkCodec } from '../../contracts/ink/ink-codec.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import type { Random } from '../random.ts';
import { simplerHex } from '../shrink.ts';
import { type Counts, Discarded, Finding, type FuzzTarget } from '../target.ts';

/** `ink` is what the bundle at hand has; of Solidity the types are made up. */
type AbiInput =
  | { readonly codec: 'solidity'; readonly types: readonly Parameter[]; readonly bytes: string; readonly args: string }
  | { readonly codec: 'ink'; readonly message: string; readonly bytes: string; readonly args: string };

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly components?: readonly Parameter[];
}

/** A decoder that takes this long for so few bytes has taken a length for what it says. Far above any machine's noise. */
const MOST_SECONDS = 20;
const INK_BUNDLE = fileURLToPath(new URL('../../contracts/ink/bundles/test_psp22.contract', import.meta.url));

export function abiDecodersTarget(): FuzzTarget<AbiInput> {
  let ink: InkCodec | undefined;
  const hasInk = existsSync(INK_BUNDLE);
  const inkCodec = (): InkCodec => {
    if (!hasInk) throw new Discarded('no ink! bundle is here');
    ink ??= createInkCodec(readInkBundle(INK_BUNDLE));
    return ink;
  };
  return {
    name: 'abi-decoders',
    title: 'return data, events and arguments of anybody through the decoders of Solidity and ink!',
    share: 4,
    make: async (random) => {
      if (hasInk && random.chance(40)) {
        const { name } = random.pick(inkCodec().messages);
        return {
          codec: 'ink',
          message: name,
          bytes: randomBytes(random),
          args: JSON.stringify(randomArguments(random)),
        };
      }
      const types = Array.from({ length: random.between(1, 3) }, (_, at) => randomType(random, `p${at}`, 3));
      return { codec: 'solidity', types, bytes: randomBytes(random), args: JSON.stringify(randomArguments(random)) };
    },
    run: async (input) => {
      const started = performance.now();
      const counts = input.codec === 'ink' ? runInk(inkCodec(), input) : runSolidity(input);
      const seconds = (performance.now() - started) / 1000;
      if (seconds > MOST_SECONDS)
        throw new Finding('failure', `took ${seconds.toFixed(0)} s for ${input.bytes.length / 2} bytes`);
      return counts;
    },
    smaller: function* (input) {
      if (input.args !== '[]') yield { ...input, args: '[]' };
      for (const bytes of simplerHex(input.bytes)) yield { ...input, bytes };
    },
  };
}

function runSolidity({ types, bytes, args }: Extract<AbiInput, { readonly codec: 'solidity' }>): Counts {
  const inputs = types.map((type, at) => ({ ...type, indexed: at === 0 }));
  const abi = [
    { type: 'function', name: 'f', stateMutability: 'view', inputs: types, outputs: types },
    { type: 'error', name: 'E', inputs: types },
    { type: 'event', name: 'V', inputs },
  ] as unknown as Abi.Abi;
  const data = fromHex(`0x${bytes}`);
  const [, error, event] = abi;
  const selector = fromHex(AbiItem.getSelector(error as Extract<Abi.Abi[number], { readonly type: 'error' }>));
  const topic = fromHex(AbiItem.getSignatureHash(event as Extract<Abi.Abi[number], { readonly type: 'event' }>));
  const decoded = [
    decodeOutput(abi, 'f', data),
    decodeRevert(abi, Uint8Array.of(...selector, ...data)),
    decodeRevert(abi, data),
    decodeEvent(abi, [topic, data.slice(0, 32)], data.slice(32)),
    decodeEvent(abi, [], data),
  ];
  const isEncoded = isAccepted(() => encodeCall(abi, { method: 'f', args: JSON.parse(args) as ArgumentText[] }));
  return {
    calls: 6,
    'solidity: decoded': decoded.filter((value) => value !== undefined).length,
    'solidity: encoded': isEncoded ? 1 : 0,
  };
}

function runInk(codec: InkCodec, { message, bytes, args }: Extract<AbiInput, { readonly codec: 'ink' }>): Counts {
  const data = fromHex(`0x${bytes}`);
  const accepted = [
    () => codec.decodeOutput(message, data),
    () => codec.decodeEvent({ topics: [data.slice(0, 32)], data: data.slice(32) }),
    () => codec.decodeEvent({ topics: [], data }),
    () => codec.encodeMessage(message, JSON.parse(args)),
  ].filter(isAccepted);
  return { calls: 4, 'ink: accepted': accepted.length };
}

function isAccepted(body: () => unknown): boolean {
  try {
    body();
    return true;
  } catch (error) {
    if (error instanceof InputRejected && !error.message.includes('\n')) return false;
    throw error;
  }
}

const plainTypes = ['uint256', 'uint8', 'int128', 'address', 'bool', 'bytes32', 'bytes4', 'bytes', 'string'];

function randomType(random: Random, name: string, depth: number): Parameter {
  const kind = depth === 0 ? 0 : random.below(10);
  if (kind < 5) return { name, type: random.pick(plainTypes) };
  if (kind < 8) {
    const { type, components } = randomType(random, name, depth - 1);
    const array = `${type}${random.pick(['[]', '[]', '[0]', '[1]', '[3]', '[70000]'])}`;
    return { name, type: array, ...(components !== undefined && { components }) };
  }
  const components = Array.from({ length: random.between(0, 3) }, (_, at) => randomType(random, `c${at}`, depth - 1));
  return { name, type: 'tuple', components };
}

/** Words that are offsets and lengths of note, and changes of them. */
function randomBytes(random: Random): string {
  const words = Array.from({ length: random.below(24) }, () =>
    random.pick([
      0n,
      1n,
      2n,
      32n,
      64n,
      96n,
      2n ** 31n,
      2n ** 32n,
      2n ** 64n,
      2n ** 255n,
      2n ** 256n - 1n,
      2n ** 256n - 32n,
    ]),
  );
  const hex = words.map((word) => word.toString(16).padStart(64, '0')).join('');
  if (random.chance(50)) return hex;
  return toHex(mutateBytes(fromHex(`0x${hex}`), random)).slice(2);
}

/** Any JSON, with what is no character, names of prototypes, and numbers of every size in it. */
export function randomArguments(random: Random, depth = 3): readonly unknown[] {
  return Array.from({ length: random.below(4) }, () => randomValue(random, depth));
}

function randomValue(random: Random, depth: number): unknown {
  const kind = random.below(depth === 0 ? 6 : 8);
  if (kind === 6) return randomArguments(random, depth - 1);
  if (kind === 7) {
    const names = ['a', 'constructor', '__proto__', 'toString', 'length', 'then', 'Ok', 'Err', '0'];
    const entries = Array.from({ length: random.below(3) }, () => [random.pick(names), randomValue(random, depth - 1)]);
    // As JSON.parse makes it: a name is nothing but a name.
    return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
  }
  return random.pick<unknown>([
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 53,
    '',
    '0',
    '1',
    '-1',
    '0x',
    '0x0',
    '0xzz',
    `0x${'ff'.repeat(33)}`,
    `${2n ** 256n}`,
    'bob',
    '\ud800',
    '\udfff\ud800',
    'a\u0000b',
    '\u202e',
    '1e999',
    'NaN',
    '[',
    '{"a":1}',
    ' 7 ',
    `0x${'b0'.repeat(20)}`,
  ]);
}
