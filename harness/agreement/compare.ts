import { equalBytes, toHex } from '../../engine/bytes.ts';
import { type Event, type Outcome, trapName } from '../../engine/outcome.ts';
import type { AccountView } from '../../engine/state/digest.ts';
import type { StorageEntry } from '../../engine/state/storage-entry.ts';
import { encodeObservation, type Observation } from './observe.ts';

/** Where two observations first differ, readable: hex for bytes, decimal for integers, `absent` for nothing there. */
export interface Difference {
  /** Such as `status`, `output`, `events[1].topics[0]`, `accounts[0].storage[0x…]`, `gas`. */
  readonly field: string;
  readonly left: string;
  readonly right: string;
}

const ABSENT = 'absent';

/**
 * The first difference without gas, or undefined if the canonical bytes are equal. The bytes decide; the rest only
 * finds words for it.
 */
export function firstDifference(left: Observation, right: Observation): Difference | undefined {
  if (equalBytes(encodeObservation(left), encodeObservation(right))) return undefined;
  return (
    compareOutcomes(left.outcome, right.outcome) ??
    compareLists('accounts', left.accounts, right.accounts, describeAccount, compareAccounts) ??
    textDifference('stateDigest', left.stateDigest, right.stateDigest) ?? {
      field: 'observation',
      left: toHex(encodeObservation(left)),
      right: toHex(encodeObservation(right)),
    }
  );
}

export function gasDifference(left: Observation, right: Observation): Difference | undefined {
  return textDifference('gas', left.outcome.gasUsed.toString(), right.outcome.gasUsed.toString());
}

function compareOutcomes(left: Outcome, right: Outcome): Difference | undefined {
  if (left.status === 'trap' && right.status === 'trap') {
    return textDifference('trapCode', trapName(left.code), trapName(right.code));
  }
  if (left.status === 'trap' || right.status === 'trap' || left.status !== right.status) {
    return { field: 'status', left: describeOutcome(left), right: describeOutcome(right) };
  }
  return (
    bytesDifference('output', left.output, right.output) ??
    compareLists('events', eventsOf(left), eventsOf(right), describeEvent, compareEvents)
  );
}

function eventsOf(outcome: Outcome): readonly Event[] {
  return outcome.status === 'success' ? outcome.events : [];
}

function compareEvents(field: string, left: Event, right: Event): Difference | undefined {
  return (
    bytesDifference(`${field}.address`, left.address, right.address) ??
    compareLists(`${field}.topics`, left.topics, right.topics, toHex, bytesDifference) ??
    bytesDifference(`${field}.data`, left.data, right.data)
  );
}

function compareAccounts(field: string, left: AccountView, right: AccountView): Difference | undefined {
  return (
    bytesDifference(`${field}.address`, left.address, right.address) ??
    textDifference(`${field}.balance`, left.wei.toString(), right.wei.toString()) ??
    compareStorage(`${field}.storage`, left.storage, right.storage)
  );
}

/** By key, so that a slot missing on one side is named and not its successor. */
function compareStorage(
  field: string,
  left: readonly StorageEntry[],
  right: readonly StorageEntry[],
): Difference | undefined {
  const valuesOf = (entries: readonly StorageEntry[]) =>
    new Map(entries.map(({ key, value }) => [toHex(key), toHex(value)]));
  const [leftValues, rightValues] = [valuesOf(left), valuesOf(right)];
  for (const key of [...leftValues.keys(), ...rightValues.keys()]) {
    const difference = textDifference(
      `${field}[${key}]`,
      leftValues.get(key) ?? ABSENT,
      rightValues.get(key) ?? ABSENT,
    );
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function compareLists<T>(
  field: string,
  left: readonly T[],
  right: readonly T[],
  describe: (item: T) => string,
  compare: (field: string, left: T, right: T) => Difference | undefined,
): Difference | undefined {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [a, b] = [left[i], right[i]];
    const at = `${field}[${i}]`;
    const difference =
      a === undefined || b === undefined
        ? { field: at, left: a === undefined ? ABSENT : describe(a), right: b === undefined ? ABSENT : describe(b) }
        : compare(at, a, b);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function bytesDifference(field: string, left: Uint8Array, right: Uint8Array): Difference | undefined {
  return textDifference(field, toHex(left), toHex(right));
}

function textDifference(field: string, left: string, right: string): Difference | undefined {
  return left === right ? undefined : { field, left, right };
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
