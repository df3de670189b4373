import { createHash } from 'node:crypto';
import type { World } from '../../engine/backend.ts';
import { bigintToBytes, concatBytes } from '../../engine/bytes.ts';
import { keepsOrder } from '../../engine/keeps-order.ts';
import type { Outcome } from '../../engine/outcome.ts';
import type { AccountView } from '../../engine/state/digest.ts';

/** What can be seen of a machine after a call, without asking which machine it is. */
export interface Observation {
  readonly outcome: Outcome;
  /** The accounts looked at, in the order asked for. */
  readonly accounts: readonly AccountView[];
  /** Of the whole world, so that a change to an account that nobody looked at shows too. SHA-256, hex. */
  readonly stateDigest: string;
}

const STATUS_BYTE = { success: 0, revert: 1, trap: 2 } as const;

/**
 * Looks at a world after a call. Addresses are 20 bytes. A machine of ours is asked for everything at once, also while the call
 * still runs: one in another process need not be waited for in between.
 *
 * @example
 * const outcome = await world.call({ caller: bob, to: token });
 * const { accounts } = await observe(world, outcome, [token]);
 * console.log(outcome.status, accounts.map(({ storage }) => `${storage.length} slots`)); // revert [ '4 slots' ]
 */
export async function observe(
  world: World,
  outcome: Outcome | Promise<Outcome>,
  addresses: readonly Uint8Array[],
): Promise<Observation> {
  if (!keepsOrder(world)) return observeStepwise(world, await outcome, addresses);
  const accounts = addresses.map(async (address): Promise<AccountView> => {
    const [wei, storage] = await Promise.all([world.balanceOf(address), world.storageOf(address)]);
    return { address, wei, storage };
  });
  const [ended, seen, stateDigest] = await Promise.all([outcome, Promise.all(accounts), world.stateDigest()]);
  return { outcome: ended, accounts: seen, stateDigest };
}

async function observeStepwise(world: World, outcome: Outcome, addresses: readonly Uint8Array[]): Promise<Observation> {
  const accounts: AccountView[] = [];
  for (const address of addresses) {
    accounts.push({ address, wei: await world.balanceOf(address), storage: await world.storageOf(address) });
  }
  return { outcome, accounts, stateDigest: await world.stateDigest() };
}

/**
 * Canonical bytes of an observation without its gas. Integers are big-endian; `bytes` stands for a 4-byte length and
 * the bytes, a list for a 4-byte count and its elements.
 *
 *     status       1 byte: 0 success, 1 revert, 2 trap
 *     success      bytes output; list of events: bytes address, list of topics (bytes), bytes data
 *     revert       bytes output
 *     trap         4-byte trap code
 *     accounts     list: bytes address, 32-byte balance, list of slots in the order given: bytes key, bytes value
 *     state digest bytes, as ASCII hex
 *
 * No encoding is a prefix of another, and unequal observations have unequal encodings.
 *
 * @example
 * const observation = await observe(world, await world.call({ caller: bob, to: token }), []);
 * console.log(toHex(encodeObservation(observation).subarray(0, 9))); // 0x010000000000000000
 */
export function encodeObservation({ outcome, accounts, stateDigest }: Observation): Uint8Array {
  return concatBytes([
    Uint8Array.of(STATUS_BYTE[outcome.status]),
    encodeOutcome(outcome),
    list(accounts, ({ address, wei, storage }) =>
      concatBytes([
        lengthPrefixed(address),
        bigintToBytes(wei, 32),
        list(storage, ({ key, value }) => concatBytes([lengthPrefixed(key), lengthPrefixed(value)])),
      ]),
    ),
    lengthPrefixed(new TextEncoder().encode(stateDigest)),
  ]);
}

/**
 * SHA-256 (hex) of the canonical bytes: what it takes to compare machines in different places.
 *
 * @example
 * const observation = await observe(world, await world.call({ caller: bob, to: token }), [token]);
 * console.log(digestObservation(observation).length); // 64
 */
export function digestObservation(observation: Observation): string {
  return createHash('sha256').update(encodeObservation(observation)).digest('hex');
}

function encodeOutcome(outcome: Outcome): Uint8Array {
  switch (outcome.status) {
    case 'success': {
      const events = list(outcome.events, ({ address, topics, data }) =>
        concatBytes([lengthPrefixed(address), list(topics, lengthPrefixed), lengthPrefixed(data)]),
      );
      return concatBytes([lengthPrefixed(outcome.output), events]);
    }
    case 'revert':
      return lengthPrefixed(outcome.output);
    case 'trap':
      return bigintToBytes(BigInt(outcome.code), 4);
  }
}

function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  return concatBytes([bigintToBytes(BigInt(bytes.length), 4), bytes]);
}

function list<T>(items: readonly T[], encode: (item: T) => Uint8Array): Uint8Array {
  return concatBytes([bigintToBytes(BigInt(items.length), 4), ...items.map(encode)]);
}
