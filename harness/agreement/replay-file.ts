import type { ArgumentText } from '../../contracts/contract-case.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import type { Subject } from '../subjects/subject.ts';
import type { CodeHash, ReplayOrigin } from './replay-origin.ts';
import type { Disagreement } from './run-sequence.ts';

/** A disagreement that can be sent to someone: what was run, on what, and what differed. JSON. */
export interface ReplayFile {
  readonly format: 'trimeter-replay';
  /** 1 is without `origin`, 2 with. */
  readonly version: 1 | 2;
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

/**
 * A replay file that is not what it should be. One line: where, what was expected, what was seen.
 *
 * @example
 * try {
 *   parseReplayFile('{}');
 * } catch (error) {
 *   console.log(error instanceof ReplayRejected && error.message); // file: no field format
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

interface Finding {
  readonly subject: Subject;
  readonly backends: readonly string[];
  readonly seed: number;
  readonly calls: readonly ReplayCall[];
  readonly disagreement: Disagreement;
  readonly origin: ReplayOrigin | undefined;
}

export function replayFile({ subject, backends, seed, calls, disagreement, origin }: Finding): ReplayFile {
  return {
    format: 'trimeter-replay',
    version: origin === undefined ? 1 : 2,
    case: subject.id,
    ...(origin !== undefined && { origin }),
    constructorArgs: subject.constructorArgs,
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
  const fields = ['format', 'version', 'case', 'constructorArgs', 'steps', 'backends', 'seed', 'disagreement'];
  const file = record('file', parseJson(text), fields, ['origin']);
  if (file.get('format') !== 'trimeter-replay') throw rejected('format', '"trimeter-replay"', file.get('format'));
  const version = file.get('version');
  if (version !== 1 && version !== 2) throw rejected('version', '1 or 2', version);
  if (file.has('origin') !== (version === 2)) {
    throw new ReplayRejected('file', `version ${version} ${version === 1 ? 'has no' : 'needs the'} field origin`);
  }
  const steps = array('steps', file.get('steps')).map((step, i) => parseCall(`steps[${i}]`, step));
  return {
    format: 'trimeter-replay',
    version,
    case: matching('case', file.get('case'), /^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'a case name'),
    ...(version === 2 && { origin: parseOrigin(file.get('origin')) }),
    constructorArgs: parseArguments('constructorArgs', file.get('constructorArgs')),
    steps,
    backends: array('backends', file.get('backends')).map((name, i) => parseName(`backends[${i}]`, name)),
    seed: integer('seed', file.get('seed'), -(2 ** 31), 2 ** 31 - 1),
    disagreement: parseDisagreement(file.get('disagreement'), steps.length),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ReplayRejected('file', 'not JSON');
  }
}

function parseCall(where: string, value: unknown): ReplayCall {
  const call = record(where, value, ['method', 'args'], ['to', 'caller', 'value', 'gasLimit']);
  const [to, caller, wei, gasLimit] = ['to', 'caller', 'value', 'gasLimit'].map((field) => call.get(field));
  const account = /^(?:0x[0-9a-fA-F]{40}|[a-z][a-z0-9]*)$/;
  return {
    ...(to !== undefined && { to: matching(`${where}.to`, to, /^[a-z][a-z0-9]*$/, 'a name') }),
    method: matching(`${where}.method`, call.get('method'), /^[\x21-\x7e]{1,200}$/, 'a method'),
    args: parseArguments(`${where}.args`, call.get('args')),
    ...(caller !== undefined && { caller: matching(`${where}.caller`, caller, account, 'a name or an address') }),
    ...(wei !== undefined && { value: decimal(`${where}.value`, wei, MAX_WEI) }),
    ...(gasLimit !== undefined && { gasLimit: decimal(`${where}.gasLimit`, gasLimit, MAX_GAS) }),
  };
}

function parseArguments(where: string, value: unknown, depth = 0): readonly ArgumentText[] {
  if (depth > MAX_ARGUMENT_DEPTH) throw new ReplayRejected(where, 'nested too deep');
  return array(where, value).map((argument, i) => {
    if (typeof argument === 'string' || typeof argument === 'number' || typeof argument === 'boolean') return argument;
    return parseArguments(`${where}[${i}]`, argument, depth + 1);
  });
}

function parseOrigin(value: unknown): ReplayOrigin {
  const origin = record('origin', value, ['schedule', 'trimeter', 'engine', 'code']);
  const text = (field: string) =>
    matching(`origin.${field}`, origin.get(field), /^[\x20-\x7e]{1,200}$/, 'printable ASCII');
  return {
    schedule: text('schedule'),
    trimeter: text('trimeter'),
    engine: text('engine'),
    code: array('origin.code', origin.get('code')).map((item, i): CodeHash => {
      const where = `origin.code[${i}]`;
      const code = record(where, item, ['name', 'sha256']);
      return {
        name: matching(`${where}.name`, code.get('name'), /^[a-z0-9.-]{1,200}$/, 'a contract and its form'),
        sha256: matching(`${where}.sha256`, code.get('sha256'), /^[0-9a-f]{64}$/, '64 hex digits'),
      };
    }),
  };
}

function parseDisagreement(value: unknown, stepCount: number): Disagreement {
  const disagreement = record('disagreement', value, ['step', 'field', 'left', 'right', 'backends']);
  const text = (field: string) =>
    matching(`disagreement.${field}`, disagreement.get(field), /^[\x20-\x7e]*$/, 'printable ASCII');
  const names = array('disagreement.backends', disagreement.get('backends'));
  if (names.length !== 2) throw rejected('disagreement.backends', 'two names', names);
  return {
    step: integer('disagreement.step', disagreement.get('step'), 0, stepCount),
    field: text('field'),
    left: text('left'),
    right: text('right'),
    backends: [parseName('disagreement.backends[0]', names[0]), parseName('disagreement.backends[1]', names[1])],
  };
}

function parseName(where: string, value: unknown): string {
  return matching(where, value, /^[a-z][a-z0-9-]*(?: \(repeated\))?$/, 'a backend name');
}

/** The fields of an object, as a map: a field called `__proto__` is an unknown field like any other. */
function record(
  where: string,
  value: unknown,
  required: readonly string[],
  optional: readonly string[] = [],
): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw rejected(where, 'an object', value);
  const fields = new Map<string, unknown>(Object.entries(value));
  for (const name of fields.keys()) {
    if (![...required, ...optional].includes(name)) throw new ReplayRejected(where, `unknown field ${shown(name)}`);
  }
  for (const name of required) if (!fields.has(name)) throw new ReplayRejected(where, `no field ${name}`);
  return fields;
}

function array(where: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw rejected(where, 'an array', value);
  return value;
}

function matching(where: string, value: unknown, pattern: RegExp, expected: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw rejected(where, expected, value);
  return value;
}

function decimal(where: string, value: unknown, max: bigint): string {
  const text = matching(where, value, /^\d{1,78}$/, `a decimal string up to ${max}`);
  if (BigInt(text) > max) throw rejected(where, `a decimal string up to ${max}`, value);
  return text;
}

function integer(where: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw rejected(where, `an integer from ${min} to ${max}`, value);
  }
  return value;
}

function rejected(where: string, expected: string, seen: unknown): ReplayRejected {
  return new ReplayRejected(where, `expected ${expected}, got ${shown(seen)}`);
}

/** A value on one line of printable ASCII, cut short. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  const text = (JSON.stringify(value) ?? 'nothing').replace(/[^\x20-\x7e]/g, '?');
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
