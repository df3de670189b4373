import { InputRejected } from '../../contracts/input-rejected.ts';
import { readList, readMatching, readObject, readOneOf, show } from '../../contracts/json-fields.ts';
import { parseStrictJson } from '../../contracts/strict-json.ts';
import { escapeInJson } from '../text/printable.ts';
import { byText } from './by-text.ts';
import type { Behaviour, Costs, Receipt } from './receipt.ts';

/** What is known of one form of a contract: how large it is, and what it is. */
export interface CodeFacts {
  /** Hex. */
  readonly sha256: string;
  readonly sizes: Sizes;
}

/** `bytes` always; of a module also `compressed` bytes, where its chain limits those, and the `pages` of 64 KiB that its memory begins with. */
export type Sizes = Readonly<Partial<Record<SizeName, number>>> & { readonly bytes: number };
export const sizeNames = ['bytes', 'compressed', 'pages'] as const;
export type SizeName = (typeof sizeNames)[number];

/** What one contract came to. */
export interface LockedContract {
  /** By contract and form: `erc20.wasm`, `erc20.evm`. */
  readonly code: Readonly<Record<string, CodeFacts>>;
  /** By sequence: `examples`, the id of a workload, the name of a script. The first receipt of each is that of the deployment. */
  readonly sequences: Readonly<Record<string, readonly Receipt[]>>;
}

/** What a repository commits: how every contract behaved and what it cost. */
export interface Lock {
  /** Version of this package. */
  readonly trimeter: string;
  /** What counted the gas, in words, by the id of the schedule. */
  readonly schedules: Readonly<Record<string, string>>;
  /** By id. */
  readonly contracts: Readonly<Record<string, LockedContract>>;
}

const VERSION = 1;
/** Of the text of a lock; what is longer is not written either. */
export const MAX_LOCK_BYTES: number = 16 << 20;
const MAX_CONTRACTS = 1000;
const MAX_SEQUENCES = 1000;
/** Of one sequence. */
export const MAX_CALLS = 10_000;
const MAX_GAS = 1n << 62n;

/** A lock of another version of the format, which is no fault of the file. */
export class LockVersionUnknown extends InputRejected {}

/**
 * The text of a lock file: sorted, a line for each call and each form of a contract.
 *
 * @throws InputRejected where that would be more than is read again.
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * console.log(formatLock(lock).split('\n')[1]); //   "format": "trimeter-lock",
 */
export function formatLock({ trimeter, schedules, contracts }: Lock): string {
  const text = `{
  "format": "trimeter-lock",
  "version": ${VERSION},
  "trimeter": ${json(trimeter)},
  "schedules": ${block(sorted(schedules), 1, json)},
  "contracts": ${block(sorted(contracts), 1, contractText)}
}
`;
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_LOCK_BYTES) return text;
  throw new InputRejected('lock', `would have ${bytes} bytes, at most ${MAX_LOCK_BYTES} are read: hold fewer calls`);
}

function contractText({ code, sequences }: LockedContract): string {
  const codeText = block(sorted(code), 3, ({ sha256, sizes }) => inline({ ...sizes, sha256 }));
  const sequencesText = block(sorted(sequences), 3, (receipts) => {
    return `[\n${receipts.map((receipt) => `          ${receiptText(receipt)}`).join(',\n')}\n        ]`;
  });
  return `{\n      "code": ${codeText},\n      "sequences": ${sequencesText}\n    }`;
}

function receiptText({ entry, call, gas, otherwise, ...behaviour }: Receipt): string {
  const costs = Object.fromEntries(sorted(gas).map(([id, amount]) => [id, String(amount)]));
  const others = Object.fromEntries(sorted(otherwise));
  return inline({
    entry,
    call,
    gas: costs,
    ...behaviourFields(behaviour),
    ...(sorted(otherwise).length > 0 && { otherwise: others }),
  });
}

/** In the order of the file. */
function behaviourFields({ status, result, events, digest }: Behaviour): object {
  return { status, ...(result !== '' && { result }), ...(events > 0 && { events }), digest };
}

/** An object over several lines, one to a name. */
function block<T>(entries: readonly (readonly [string, T])[], depth: number, text: (value: T) => string): string {
  if (entries.length === 0) return '{}';
  const indent = '  '.repeat(depth);
  return `{\n${entries.map(([name, value]) => `${indent}  ${json(name)}: ${text(value)}`).join(',\n')}\n${indent}}`;
}

function inline(value: object): string {
  const fields = Object.entries(value).map(([name, field]) => {
    return `${json(name)}: ${typeof field === 'object' && field !== null ? inline(field) : json(field)}`;
  });
  return `{ ${fields.join(', ')} }`;
}

function json(value: unknown): string {
  return escapeInJson(JSON.stringify(value));
}

function sorted<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(record).toSorted(([a], [b]) => byText(a, b));
}

/**
 * Reads a lock file from outside. Only the fields of the format are accepted, in their types and up to their bounds.
 *
 * @throws InputRejected, and of its kind LockVersionUnknown for another version of the format.
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * console.log(Object.keys(parseLock(formatLock(lock)).contracts)); // [ 'erc20' ]
 */
export function parseLock(text: string, where: string = 'lock'): Lock {
  const value = parseStrictJson(text, where);
  const fields = readObject(value, where, { required: ['format', 'version'], hasOthers: true });
  readOneOf(fields['format'], `${where}: format`, ['trimeter-lock']);
  if (fields['version'] !== VERSION) {
    throw new LockVersionUnknown(
      where,
      `is of version ${show(fields['version'])} of the format, this trimeter reads ${VERSION}: use the version that wrote it, or write it anew`,
    );
  }
  const { trimeter, schedules, contracts } = readObject(value, where, {
    required: ['format', 'version', 'trimeter', 'schedules', 'contracts'],
  });
  const words = readRecord(schedules, `${where}: schedules`, schedulePattern, 100, (item, at) =>
    readMatching(item, at, /^[\x20-\x7e]{0,300}$/, 'printable ASCII'),
  );
  return {
    trimeter: readMatching(trimeter, `${where}: trimeter`, /^[\x21-\x7e]{1,100}$/, 'a version'),
    schedules: words,
    contracts: readRecord(contracts, `${where}: contracts`, idPattern, MAX_CONTRACTS, (item, at) =>
      readContract(item, at, Object.keys(words)),
    ),
  };
}

const schedulePattern = /^[a-z0-9][a-z0-9.-]{0,99}$/;
const idPattern = /^[^\p{Cc}]{1,200}$/u;
const text = (most: number) => new RegExp(`^[^]{0,${2 * most}}$`);

function readContract(value: unknown, where: string, schedules: readonly string[]): LockedContract {
  const { code, sequences } = readObject(value, where, { required: ['code', 'sequences'] });
  return {
    code: readRecord(code, `${where}.code`, idPattern, MAX_CONTRACTS, readCode),
    sequences: readRecord(sequences, `${where}.sequences`, idPattern, MAX_SEQUENCES, (item, at) => {
      const receipts = readList(item, at, (receipt, place) => readReceipt(receipt, place, schedules));
      if (receipts.length > MAX_CALLS + 1) throw new InputRejected(at, `expected at most ${MAX_CALLS} calls`);
      if (receipts.length === 0) throw new InputRejected(at, 'holds no call');
      return receipts;
    }),
  };
}

function readCode(value: unknown, where: string): CodeFacts {
  const fields = readObject(value, where, { required: ['bytes', 'sha256'], optional: ['compressed', 'pages'] });
  const sizes = sizeNames.flatMap((name) => {
    const size = fields[name];
    return size === undefined ? [] : [[name, readCountFrom0(size, `${where}.${name}`)] as const];
  });
  return {
    sha256: readMatching(fields['sha256'], `${where}.sha256`, /^[0-9a-f]{64}$/, '64 hex digits'),
    sizes: Object.fromEntries(sizes) as Sizes & { bytes: number },
  };
}

function readReceipt(value: unknown, where: string, schedules: readonly string[]): Receipt {
  const { entry, call, gas, otherwise, ...behaviour } = readObject(value, where, {
    required: ['entry', 'call', 'gas', 'status', 'digest'],
    optional: ['result', 'events', 'otherwise'],
  });
  const known = (name: string, at: string) => {
    if (!schedules.includes(name)) throw new InputRejected(at, `the schedule ${show(name)} is not among the file's`);
  };
  const costs: Costs = readRecord(gas, `${where}.gas`, schedulePattern, 100, (amount, at) => {
    const decimal = readMatching(amount, at, /^(?:0|[1-9]\d{0,18})$/, 'a decimal string');
    if (BigInt(decimal) > MAX_GAS) throw new InputRejected(at, `expected at most ${MAX_GAS}, got ${show(amount)}`);
    return BigInt(decimal);
  });
  for (const name of Object.keys(costs)) known(name, `${where}.gas`);
  if (Object.keys(costs).length === 0)
    throw new InputRejected(`${where}.gas`, 'expected gas under one schedule at least');
  const others = readRecord(otherwise ?? {}, `${where}.otherwise`, schedulePattern, 100, readBehaviour);
  for (const name of Object.keys(others)) known(name, `${where}.otherwise`);
  return {
    entry: readMatching(entry, `${where}.entry`, text(300), 'a method'),
    call: readMatching(call, `${where}.call`, text(300), 'a call'),
    gas: costs,
    ...readBehaviour(behaviour, where),
    otherwise: others,
  };
}

function readBehaviour(value: unknown, where: string): Behaviour {
  const { status, result, events, digest } = readObject(value, where, {
    required: ['status', 'digest'],
    optional: ['result', 'events'],
  });
  return {
    status: readOneOf(status, `${where}.status`, ['success', 'revert', 'trap']),
    result: result === undefined ? '' : readMatching(result, `${where}.result`, text(300), 'text'),
    events: events === undefined ? 0 : readCountFrom0(events, `${where}.events`),
    digest: readMatching(digest, `${where}.digest`, /^[0-9a-f]{64}$/, '64 hex digits'),
  };
}

function readCountFrom0(value: unknown, where: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new InputRejected(where, `expected an integer from 0, got ${show(value)}`);
}

/** Names are what the file says, so that none may be one that every object has anyway. */
function readRecord<T>(
  value: unknown,
  where: string,
  names: RegExp,
  most: number,
  readItem: (item: unknown, where: string) => T,
): Readonly<Record<string, T>> {
  const record = readObject(value, where, { required: [], hasOthers: true });
  const entries = Object.entries(record);
  if (entries.length > most) throw new InputRejected(where, `expected at most ${most} entries, got ${entries.length}`);
  return Object.fromEntries(
    entries.map(([name, item]) => {
      if (!names.test(name)) throw new InputRejected(where, `a name that is not allowed: ${show(name)}`);
      return [name, readItem(item, `${where}.${name}`)];
    }),
  );
}
