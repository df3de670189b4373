import { createHash } from 'node:crypto';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readList, readMatching, readObject, readOneOf, show } from '../../contracts/json-fields.ts';
import { parseStrictJson } from '../../contracts/strict-json.ts';
import type { Backend } from '../../engine/backend.ts';
import { toHex } from '../../engine/bytes.ts';
import {
  type Commitment,
  defaultRecordEvery,
  mostCommitments,
  noChain,
  type RecordedEnd,
  type RecordOptions,
} from '../../engine/recording.ts';
import { chainAfter, commitmentLine, endLine } from '../../engine/trace/recorder.ts';
import { type CodeHash, originOf, type ReplaySetting } from '../agreement/replay-origin.ts';
import { gasLimitAmong } from '../machines/contenders.ts';
import { callWords } from '../results/check-words.ts';
import type { Sequence } from '../session/sequence.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import { partsOf, type Subject } from '../subjects/subject.ts';
import { recordSequence } from './record-sequence.ts';

/** What one machine came to on its way through some calls, as hashes. JSON; docs/traces.md says of what they are. */
export interface TraceFile {
  readonly format: 'trimeter-trace';
  readonly version: 1;
  readonly case: string;
  readonly machine: string;
  /** Of gas. */
  readonly schedule: string;
  /** Version of this package, and the JavaScript engine. Two files may differ in these. */
  readonly trimeter: string;
  readonly engine: string;
  readonly every: number;
  readonly detail: 'blocks' | 'values';
  /** Of the WebAssembly that was run, in the order of its deployment. */
  readonly code: readonly CodeHash[];
  /** SHA-256 (hex) of what all calls bring. */
  readonly sequence: string;
  /** The deployment and the calls after it. */
  readonly calls: readonly TracedCall[];
}

export interface TracedCall {
  /** In words; printable ASCII. */
  readonly call: string;
  readonly commitments: readonly Commitment[];
  readonly end: RecordedEnd;
}

/**
 * A trace file that is not what it should be. One line: where, what was expected, what was seen.
 *
 * @example
 * try {
 *   parseTraceFile('{}');
 * } catch (error) {
 *   console.log(error instanceof TraceRejected && error.message); // file: the field "format" is missing
 * }
 */
export class TraceRejected extends Error {
  override readonly name = 'TraceRejected';
  /** Such as `calls[2].end.status`. */
  readonly where: string;

  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
    this.where = where;
  }
}

/** Most calls of a file. */
export const mostTracedCalls = 10_000;
const MOST_WORDS = 200;

export interface TraceOptions extends Pick<RecordOptions, 'every'> {
  readonly detail?: TraceFile['detail'];
  /** Default: those of the subject. */
  readonly constructorArgs?: Subject['constructorArgs'] | undefined;
}

/** What a machine came to, and which of its calls came to something else than as they usually run: 0 is the deployment. */
export interface Traced {
  readonly file: TraceFile;
  readonly unusual: readonly number[];
}

/**
 * Deploys a contract and calls it on a machine that can record, with a commitment every so much gas.
 *
 * @throws EngineError `bad-argument` for a machine that cannot, or for more commitments than a call may have; InputRejected.
 *
 * @example
 * const setting = { schedule: flatV2Schedule.id, trimeter: '0.1.0', engine: 'Node' };
 * const mint = { method: 'mint', args: ['bob', '5'] };
 * const { file } = await traceCalls(subject, [mint], createReferenceBackend(), setting, { every: 1000 });
 * console.log(file.calls.map(({ end }) => end.status).join()); // success,success
 */
export async function traceCalls(
  subject: Subject,
  calls: readonly ReplayCall[],
  machine: Backend,
  setting: ReplaySetting,
  { every = defaultRecordEvery, detail = 'blocks', constructorArgs = subject.constructorArgs }: TraceOptions = {},
): Promise<Traced> {
  const sequence = subject.encode(constructorArgs, calls);
  const gasLimit = gasLimitAmong([machine]);
  const recorded = await recordSequence(machine, partsOf(subject), sequence, gasLimit, { every, detail });
  const { schedule, trimeter, engine, code } = originOf(subject, setting);
  const file: TraceFile = {
    format: 'trimeter-trace',
    version: 1,
    case: subject.id,
    machine: machine.name,
    schedule,
    trimeter,
    engine,
    every,
    detail,
    code: code.filter(({ name }) => name.endsWith('.wasm')),
    sequence: hashOf(sequence, gasLimit),
    calls: recorded.map(({ recording }, at) => ({
      call: wordsOf(calls[at - 1]),
      commitments: recording.commitments,
      end: recording.end,
    })),
  };
  return { file, unusual: recorded.flatMap(({ isAsUsual }, at) => (isAsUsual ? [] : [at])) };
}

function wordsOf(call: ReplayCall | undefined): string {
  if (call === undefined) return 'the deployment';
  const words = callWords(call).replace(/[^\x20-\x7e]/g, '?');
  return words.length <= MOST_WORDS ? words : `${words.slice(0, MOST_WORDS - 3)}...`;
}

function hashOf({ balances, companions = [], deployment, calls, block }: Sequence, gasLimit: bigint): string {
  const plain = (_: string, value: unknown) =>
    value instanceof Uint8Array ? toHex(value) : typeof value === 'bigint' ? String(value) : value;
  const text = JSON.stringify([balances, block ?? null, companions, deployment, calls, gasLimit], plain);
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The text of a trace file, a commitment to a line.
 *
 * @example
 * const setting = { schedule: flatV2Schedule.id, trimeter: '0.1.0', engine: 'Node' };
 * const { file } = await traceCalls(subject, [], createWasmBackend(), setting);
 * console.log(parseTraceFile(formatTraceFile(file)).calls.length); // 1
 */
export function formatTraceFile({ calls, ...head }: TraceFile): string {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  const lines = calls.map(({ call, commitments, end }) => {
    const list = commitments.map((commitment) => `\n        ${text(commitment)}`).join(',');
    const ofList = list === '' ? '[]' : `[${list}\n      ]`;
    return `    {\n      "call": ${text(call)},\n      "commitments": ${ofList},\n      "end": ${text(end)}\n    }`;
  });
  const fields = Object.entries(head).map(([name, value]) => `  ${text(name)}: ${text(value)},\n`);
  return `{\n${fields.join('')}  "calls": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

/**
 * Reads a trace file from outside: only the fields of the format, only in their types, and only if every chain is that of
 * what stands beside it.
 *
 * @throws TraceRejected
 *
 * @example
 * try {
 *   parseTraceFile('{ "format": "trimeter-trace", "version": 2 }');
 * } catch (error) {
 *   console.log(error instanceof TraceRejected && error.where); // version
 * }
 */
export function parseTraceFile(text: string): TraceFile {
  try {
    return readFile(parseStrictJson(text, 'file'));
  } catch (error) {
    if (error instanceof InputRejected) throw new TraceRejected(error.where, error.problem);
    throw error;
  }
}

const HASH = /^[0-9a-f]{64}$/;
const MAX_GAS = 1n << 63n;

function readFile(value: unknown): TraceFile {
  const ofFormat = readObject(value, 'file', { required: ['format', 'version'], hasOthers: true });
  const format = readOneOf(ofFormat['format'], 'format', ['trimeter-trace']);
  if (ofFormat['version'] !== 1) throw new TraceRejected('version', `expected 1, got ${show(ofFormat['version'])}`);
  const names = ['case', 'machine', 'schedule', 'trimeter', 'engine', 'every', 'detail', 'code', 'sequence', 'calls'];
  const file = readObject(value, 'file', { required: ['format', 'version', ...names] });
  const line = (field: string) =>
    readMatching(file[field], field, /^[\x20-\x7e]{1,200}$/, 'up to 200 characters of printable ASCII');
  return {
    format,
    version: 1,
    case: line('case'),
    machine: line('machine'),
    schedule: line('schedule'),
    trimeter: line('trimeter'),
    engine: line('engine'),
    every: readNumber(file['every'], 'every', 1, Number.MAX_SAFE_INTEGER),
    detail: readOneOf(file['detail'], 'detail', ['blocks', 'values']),
    code: readList(file['code'], 'code', (item, where): CodeHash => {
      const { name, sha256 } = readObject(item, where, { required: ['name', 'sha256'] });
      return {
        name: readMatching(name, `${where}.name`, /^[a-z0-9.-]{1,200}$/, 'a contract and its form'),
        sha256: readHash(sha256, `${where}.sha256`),
      };
    }),
    sequence: readHash(file['sequence'], 'sequence'),
    calls: readCalls(file['calls']),
  };
}

function readCalls(value: unknown): readonly TracedCall[] {
  let chain = noChain;
  const checkChain = (read: string, line: string, where: string): void => {
    chain = chainAfter(chain, line);
    if (read !== chain) throw new TraceRejected(`${where}.chain`, 'is not the hash of what is before it and beside it');
  };
  const calls = readList(value, 'calls', (item, where): TracedCall => {
    const { call, commitments, end } = readObject(item, where, { required: ['call', 'commitments', 'end'] });
    const read = {
      call: readMatching(call, `${where}.call`, /^[\x20-\x7e]{1,200}$/, 'up to 200 characters of printable ASCII'),
      commitments: readList(commitments, `${where}.commitments`, (item, at) => {
        const commitment = readCommitment(item, at);
        checkChain(commitment.chain, commitmentLine(commitment), at);
        return commitment;
      }),
      end: readEnd(end, `${where}.end`),
    };
    checkChain(read.end.chain, endLine(read.end), `${where}.end`);
    if (read.commitments.length > mostCommitments) {
      throw new TraceRejected(`${where}.commitments`, `expected at most ${mostCommitments}`);
    }
    return read;
  });
  if (calls.length === 0) throw new TraceRejected('calls', 'expected at least one');
  if (calls.length > mostTracedCalls) throw new TraceRejected('calls', `expected at most ${mostTracedCalls}`);
  return calls;
}

function readCommitment(value: unknown, where: string): Commitment {
  const hashes = ['module', 'memory', 'globals', 'storage', 'events', 'chain'] as const;
  const fields = readObject(value, where, { required: ['depth', 'functionIndex', 'at', 'gasLeft', ...hashes] });
  const number = (field: string) => readNumber(fields[field], `${where}.${field}`, 0, 2 ** 31 - 1);
  const hash = (field: (typeof hashes)[number]) => readHash(fields[field], `${where}.${field}`);
  return {
    depth: number('depth'),
    module: hash('module'),
    functionIndex: number('functionIndex'),
    at: number('at'),
    gasLeft: readGas(fields['gasLeft'], `${where}.gasLeft`),
    memory: hash('memory'),
    globals: hash('globals'),
    storage: hash('storage'),
    events: hash('events'),
    chain: hash('chain'),
  };
}

function readEnd(value: unknown, where: string): RecordedEnd {
  const hashes = ['output', 'storage', 'events', 'chain'] as const;
  const fields = readObject(value, where, { required: ['status', 'trapCode', 'gasUsed', ...hashes] });
  const hash = (field: (typeof hashes)[number]) => readHash(fields[field], `${where}.${field}`);
  return {
    status: readOneOf(fields['status'], `${where}.status`, ['success', 'revert', 'trap']),
    trapCode: readNumber(fields['trapCode'], `${where}.trapCode`, 0, 2 ** 31 - 1),
    gasUsed: readGas(fields['gasUsed'], `${where}.gasUsed`),
    output: hash('output'),
    storage: hash('storage'),
    events: hash('events'),
    chain: hash('chain'),
  };
}

function readHash(value: unknown, where: string): string {
  return readMatching(value, where, HASH, '64 hex digits');
}

function readGas(value: unknown, where: string): bigint {
  const text = readMatching(value, where, /^(?:0|[1-9]\d{0,18})$/, 'gas as a decimal string');
  if (BigInt(text) >= MAX_GAS) throw new TraceRejected(where, `expected less than ${MAX_GAS}, got ${show(value)}`);
  return BigInt(text);
}

function readNumber(value: unknown, where: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new TraceRejected(where, `expected an integer from ${min} to ${max}, got ${show(value)}`);
  }
  return value;
}
