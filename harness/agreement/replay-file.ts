import { readBlockText, readCallFields, readData } from '../../contracts/call-fields.ts';
import type { ArgumentText } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readList, readMatching, readObject, readOneOf, show } from '../../contracts/json-fields.ts';
import { parseStrictJson } from '../../contracts/strict-json.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import type { Subject } from '../subjects/subject.ts';
import type { CodeHash, ReplayOrigin } from './replay-origin.ts';
import type { Disagreement } from './run-sequence.ts';

/** A disagreement that can be sent to someone: what was run, on what, and what differed. JSON. */
export interface ReplayFile {
  readonly format: 'trimeter-replay';
  /** 1 is without `origin`, 2 with; in 3, with or without, steps may have `data` and `block`. */
  readonly version: 1 | 2 | 3;
  readonly case: string;
  readonly origin?: ReplayOrigin;
  readonly constructorArgs: readonly ArgumentText[];
  /** The calls after the deployment, so that `disagreement.step` n is the n-th of them and 0 the deployment. */
  readonly steps: readonly ReplayCall[];
  readonly backends: readonly string[];
  /** Of the search that found it. */
  readonly seed: number;
  readonly disagreement: Disagreement;
}

/** Calls to run, as people write them. A replay file is one too. */
export interface Script extends Pick<ReplayFile, 'steps'> {
  /** Calls before them, which a benchmark does not time. */
  readonly setup: readonly ReplayCall[];
  /** Absent where whoever runs it says which contract it is about. */
  readonly case: string | undefined;
  /** Absent for those of the contract. */
  readonly constructorArgs: readonly ArgumentText[] | undefined;
  /** Of a replay file, what it was found under. */
  readonly origin?: ReplayOrigin;
}

/**
 * A replay file that is not what it should be. One line: where, what was expected, what was seen.
 *
 * @example
 * try {
 *   parseReplayFile('{}');
 * } catch (error) {
 *   console.log(error instanceof ReplayRejected && error.message); // file: the field "format" is missing
 * }
 */
export class ReplayRejected extends Error {
  override readonly name = 'ReplayRejected';
  /** Such as `steps[2].value`. */
  readonly where: string;

  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
    this.where = where;
  }
}

const MAX_ARGUMENT_DEPTH = 16;
/** No machine takes a larger limit. */
const MAX_GAS = 1n << 62n;
const MAX_WEI = (1n << 256n) - 1n;

interface Found {
  readonly subject: Subject;
  readonly backends: readonly string[];
  readonly seed: number;
  readonly constructorArgs: readonly ArgumentText[];
  readonly calls: readonly ReplayCall[];
  readonly disagreement: Disagreement;
  readonly origin: ReplayOrigin | undefined;
}

export function replayFile({
  subject,
  backends,
  seed,
  constructorArgs,
  calls,
  disagreement,
  origin,
}: Found): ReplayFile {
  const needsLatest = calls.some(({ data, block }) => data !== undefined || block !== undefined);
  return {
    format: 'trimeter-replay',
    version: needsLatest ? 3 : origin === undefined ? 1 : 2,
    case: subject.id,
    ...(origin !== undefined && { origin }),
    constructorArgs,
    steps: calls,
    backends,
    seed,
    disagreement,
  };
}

/**
 * The text of a replay file, for `parseReplayFile` and `trimeter replay`.
 *
 * @example
 * import { writeFileSync } from 'node:fs';
 * const machines = [createWasmBackend(), createReferenceBackend({ schedule: calibratedV1Schedule })];
 * const { counterexample } = await check(subject, machines, { callBudget: 10 });
 * if (counterexample !== undefined) writeFileSync('found.json', formatReplayFile(counterexample));
 * console.log(counterexample?.disagreement.field); // gas
 */
export function formatReplayFile(file: ReplayFile): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Reads a replay file from outside. Only the fields of the format are accepted, and only in their types; nothing of the
 * input but checked strings, numbers and booleans reaches the result.
 *
 * @throws ReplayRejected
 *
 * @example
 * import { readFileSync } from 'node:fs';
 * const { case: id, steps, disagreement } = parseReplayFile(readFileSync('replay.json', 'utf8'));
 * console.log(id, steps.length, disagreement.field); // erc20 1 gas
 */
export function parseReplayFile(text: string): ReplayFile {
  try {
    return readFile(parseStrictJson(text, 'file'));
  } catch (error) {
    if (error instanceof InputRejected) throw new ReplayRejected(error.where, error.problem);
    throw error;
  }
}

/**
 * Reads a script: an object with `steps`, and `case`, `constructorArgs` and `setup` where they matter, or a replay file.
 *
 * @throws ReplayRejected
 *
 * @example
 * const { steps } = parseScript('{ "steps": [{ "method": "mint", "args": ["bob", "5"] }] }');
 * console.log(steps.length); // 1
 */
export function parseScript(text: string): Script {
  try {
    const value = parseStrictJson(text, 'file');
    const isReplay = typeof value === 'object' && value !== null && 'format' in value;
    return isReplay ? { ...readFile(value), setup: [] } : readScript(value);
  } catch (error) {
    if (error instanceof InputRejected) throw new ReplayRejected(error.where, error.problem);
    throw error;
  }
}

function readScript(value: unknown): Script {
  const script = readObject(value, 'file', { required: ['steps'], optional: ['case', 'constructorArgs', 'setup'] });
  const { case: id, constructorArgs: args, setup = [] } = script;
  const steps = readList(script['steps'], 'steps', readCall);
  if (steps.length === 0) throw new ReplayRejected('steps', 'expected at least one call');
  return {
    case: id === undefined ? undefined : readCaseName(id),
    constructorArgs: args === undefined ? undefined : readArguments(args, 'constructorArgs'),
    setup: readList(setup, 'setup', readCall),
    steps,
  };
}

function readCaseName(value: unknown): string {
  return readMatching(value, 'case', /^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'a case name');
}

function readFile(value: unknown): ReplayFile {
  const required = ['format', 'version', 'case', 'constructorArgs', 'steps', 'backends', 'seed', 'disagreement'];
  const file = readObject(value, 'file', { required, optional: ['origin'] });
  const format = readOneOf(file['format'], 'format', ['trimeter-replay']);
  const { version, origin } = file;
  if (version !== 1 && version !== 2 && version !== 3) {
    throw new ReplayRejected('version', `expected 1, 2 or 3, got ${show(version)}`);
  }
  if (version !== 3 && (origin !== undefined) !== (version === 2)) {
    throw new ReplayRejected('file', `version ${version} ${version === 1 ? 'has no' : 'needs the'} field origin`);
  }
  const steps = readList(file['steps'], 'steps', version === 3 ? readCall : readMethodCall);
  return {
    format,
    version,
    case: readCaseName(file['case']),
    ...(origin !== undefined && { origin: readOrigin(origin) }),
    constructorArgs: readArguments(file['constructorArgs'], 'constructorArgs'),
    steps,
    backends: readList(file['backends'], 'backends', readName),
    seed: readInteger(file['seed'], 'seed', -(2 ** 31), 2 ** 31 - 1),
    disagreement: readDisagreement(file['disagreement'], steps.length),
  };
}

const CALL_FIELDS = ['to', 'caller', 'value', 'gasLimit'] as const;

/** As before version 3. */
function readMethodCall(value: unknown, where: string): ReplayCall {
  return readCall(readObject(value, where, { required: ['method', 'args'], optional: CALL_FIELDS }), where);
}

function readCall(value: unknown, where: string): ReplayCall {
  const fields = readCallFields(value, where, CALL_FIELDS);
  const { to, data, caller, value: wei, block, gasLimit } = fields;
  const account = /^(?:0x[0-9a-fA-F]{40}|[a-z][a-z0-9]*)$/;
  return {
    ...(to !== undefined && { to: readMatching(to, `${where}.to`, /^[a-z][a-z0-9]*$/, 'a name') }),
    ...(data !== undefined
      ? { data: readData(data, `${where}.data`) }
      : {
          method: readMatching(fields['method'], `${where}.method`, /^[\x21-\x7e]{1,200}$/, 'a method'),
          args: readArguments(fields['args'], `${where}.args`),
        }),
    ...(caller !== undefined && { caller: readMatching(caller, `${where}.caller`, account, 'a name or an address') }),
    ...(wei !== undefined && { value: readDecimal(wei, `${where}.value`, MAX_WEI) }),
    ...(block !== undefined && { block: readBlockText(block, `${where}.block`) }),
    ...(gasLimit !== undefined && { gasLimit: readDecimal(gasLimit, `${where}.gasLimit`, MAX_GAS) }),
  };
}

function readArguments(value: unknown, where: string, depth = 0): readonly ArgumentText[] {
  if (depth > MAX_ARGUMENT_DEPTH) throw new ReplayRejected(where, 'nested too deep');
  return readList(value, where, (argument, at) => {
    if (typeof argument === 'string' || typeof argument === 'number' || typeof argument === 'boolean') return argument;
    return readArguments(argument, at, depth + 1);
  });
}

function readOrigin(value: unknown): ReplayOrigin {
  const origin = readObject(value, 'origin', { required: ['schedule', 'trimeter', 'engine', 'code'] });
  const text = (field: string) =>
    readMatching(origin[field], `origin.${field}`, /^[\x20-\x7e]{1,200}$/, 'printable ASCII');
  return {
    schedule: text('schedule'),
    trimeter: text('trimeter'),
    engine: text('engine'),
    code: readList(origin['code'], 'origin.code', (item, where): CodeHash => {
      const { name, sha256 } = readObject(item, where, { required: ['name', 'sha256'] });
      return {
        name: readMatching(name, `${where}.name`, /^[a-z0-9.-]{1,200}$/, 'a contract and its form'),
        sha256: readMatching(sha256, `${where}.sha256`, /^[0-9a-f]{64}$/, '64 hex digits'),
      };
    }),
  };
}

function readDisagreement(value: unknown, stepCount: number): Disagreement {
  const required = ['step', 'field', 'left', 'right', 'backends'];
  const disagreement = readObject(value, 'disagreement', { required });
  const text = (field: string) =>
    readMatching(disagreement[field], `disagreement.${field}`, /^[\x20-\x7e]*$/, 'printable ASCII');
  const [left, right, ...others] = readList(disagreement['backends'], 'disagreement.backends', readName);
  if (left === undefined || right === undefined || others.length > 0) {
    throw new ReplayRejected('disagreement.backends', 'expected two names');
  }
  return {
    step: readInteger(disagreement['step'], 'disagreement.step', 0, stepCount),
    field: text('field'),
    left: text('left'),
    right: text('right'),
    backends: [left, right],
  };
}

function readName(value: unknown, where: string): string {
  return readMatching(value, where, /^[a-z][a-z0-9-]*(?:@[a-z0-9-]+)?(?: \(repeated\))?$/, 'a backend name');
}

function readDecimal(value: unknown, where: string, max: bigint): string {
  const expected = `a decimal string up to ${max}`;
  const text = readMatching(value, where, /^\d{1,78}$/, expected);
  if (BigInt(text) > max) throw new ReplayRejected(where, `expected ${expected}, got ${show(value)}`);
  return text;
}

function readInteger(value: unknown, where: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new ReplayRejected(where, `expected an integer from ${min} to ${max}, got ${show(value)}`);
  }
  return value;
}
