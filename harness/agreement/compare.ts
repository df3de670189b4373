import { equalBytes, toHex } from '../../engine/bytes.ts';
import { type Event, type Outcome, trapName } from '../../engine/outcome.ts';
import type { AccountView } from '../../engine/state/digest.ts';
import type { StorageEntry } from '../../engine/state/storage-entry.ts';
import { encodeObservation, type Observation } from './observe.ts';

/** Where two observations differ, readable: hex for bytes, decimal for integers, `absent` for nothing there. */
export interface Difference {
  /** Such as `status`, `output`, `events[1].topics[0]`, `accounts[0].storage[0x…]`, `balances[alice]`, `gas`. */
  readonly field: string;
  readonly left: string;
  readonly right: string;
}

const ABSENT = 'absent';

/** The differences without gas, none if the canonical bytes are equal. The bytes decide; the rest only finds words for it. */
export function* differences(left: Observation, right: Observation): Generator<Difference> {
  if (equalBytes(encodeObservation(left), encodeObservation(right))) return;
  let count = 0;
  for (const difference of describedDifferences(left, right)) {
    count++;
    yield difference;
  }
  if (count > 0) return;
  yield { field: 'observation', left: toHex(encodeObservation(left)), right: toHex(encodeObservation(right)) };
}

function* describedDifferences(left: Observation, right: Observation): Generator<Difference> {
  yield* compareOutcomes(left.outcome, right.outcome);
  let isOfAccounts = false;
  for (const difference of compareLists('accounts', left.accounts, right.accounts, describeAccount, compareAccounts)) {
    isOfAccounts = true;
    yield difference;
  }
  // It says nothing new of accounts that are known to differ.
  if (!isOfAccounts) yield* textDifference('stateDigest', left.stateDigest, right.stateDigest);
}

export function gasDifference(left: Observation, right: Observation): Difference | undefined {
  const [a, b] = [left.outcome.gasUsed, right.outcome.gasUsed];
  return a === b ? undefined : { field: 'gas', left: String(a), right: String(b) };
}

function* compareOutcomes(left: Outcome, right: Outcome): Generator<Difference> {
  if (left.status === 'trap' && right.status === 'trap') {
    yield* textDifference('trapCode', trapName(left.code), trapName(right.code));
    return;
  }
  if (left.status === 'trap' || right.status === 'trap' || left.status !== right.status) {
    yield { field: 'status', left: describeOutcome(left), right: describeOutcome(right) };
    return;
  }
  yield* bytesDifference('output', left.output, right.output);
  yield* compareLists('events', eventsOf(left), eventsOf(right), describeEvent, compareEvents);
}

function eventsOf(outcome: Outcome): readonly Event[] {
  return outcome.status === 'success' ? outcome.events : [];
}

function* compareEvents(field: string, left: Event, right: Event): Generator<Difference> {
  yield* bytesDifference(`${field}.address`, left.address, right.address);
  yield* compareLists(`${field}.topics`, left.topics, right.topics, toHex, bytesDifference);
  yield* bytesDifference(`${field}.data`, left.data, right.data);
}

function* compareAccounts(field: string, left: AccountView, right: AccountView): Generator<Difference> {
  yield* bytesDifference(`${field}.address`, left.address, right.address);
  yield* textDifference(`${field}.balance`, left.wei.toString(), right.wei.toString());
  yield* compareStorage(`${field}.storage`, left.storage, right.storage);
}

/** By key, so that a slot missing on one side is named and not its successor. */
function* compareStorage(
  field: string,
  left: readonly StorageEntry[],
  right: readonly StorageEntry[],
): Generator<Difference> {
  const valuesOf = (entries: readonly StorageEntry[]) =>
    new Map(entries.map(({ key, value }) => [toHex(key), toHex(value)]));
  const [leftValues, rightValues] = [valuesOf(left), valuesOf(right)];
  for (const key of new Set([...leftValues.keys(), ...rightValues.keys()])) {
    yield* textDifference(`${field}[${key}]`, leftValues.get(key) ?? ABSENT, rightValues.get(key) ?? ABSENT);
  }
}

function* compareLists<T>(
  field: string,
  left: readonly T[],
  right: readonly T[],
  describe: (item: T) => string,
  compare: (field: string, left: T, right: T) => Generator<Difference>,
): Generator<Difference> {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [a, b] = [left[i], right[i]];
    const at = `${field}[${i}]`;
    if (a !== undefined && b !== undefined) yield* compare(at, a, b);
    else
      yield { field: at, left: a === undefined ? ABSENT : describe(a), right: b === undefined ? ABSENT : describe(b) };
  }
}

function* bytesDifference(field: string, left: Uint8Array, right: Uint8Array): Generator<Difference> {
  yield* textDifference(field, toHex(left), toHex(right));
}

function* textDifference(field: string, left: string, right: string): Generator<Difference> {
  if (left !== right) yield { field, left, right };
}

function describeOutcome(outcome: Outcome): string {
  return outcome.status === 'trap' ? `trap ${trapName(outcome.code)}` : `${outcome.status} ${toHex(outcome.output)}`;
}

function describeEvent({ topics, data }: Event): string {
  return `topics [${topics.map(toHex).join(', ')}] data ${toHex(data)}`;
}

function describeAccount({ address }: AccountView): string {
  return toHex(address);
}
