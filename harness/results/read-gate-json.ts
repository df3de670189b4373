import { InputRejected } from '../../contracts/input-rejected.ts';
import { readList, readMatching, readObject, readOneOf, show } from '../../contracts/json-fields.ts';
import type { BehaviourChange, CallPlace, CostRow, GateContract, GateRun, Shard } from '../gate/gate-run.ts';
import type { MissingMachine } from '../machines/register.ts';

const MAX_LIST = 200_000;
const MAX_TEXT = 10_000;
const verdicts = ['green', 'amber', 'red', 'not-compared'] as const;

/**
 * The result of a gate from its JSON.
 *
 * @param value Parsed.
 * @throws InputRejected
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * const json = JSON.stringify(gateJson(await gate([{ subject }], lock)));
 * console.log(readGateJson(JSON.parse(json)).verdict); // green
 */
export function readGateJson(value: unknown, where: string = 'result'): GateRun {
  const fields = readObject(value, where, {
    required: [
      'format',
      'version',
      'verdict',
      'lockFile',
      'lockSha256',
      'trimeter',
      'schedules',
      'setting',
      'missing',
      'notCompared',
      'contracts',
    ],
    optional: ['shard'],
  });
  readOneOf(fields['format'], `${where}: format`, ['trimeter-gate']);
  readVersion(fields['version'], `${where}: version`);
  const hash = fields['lockSha256'];
  return {
    verdict: readOneOf(fields['verdict'], `${where}: verdict`, verdicts),
    lockFile: readWords(fields['lockFile'], `${where}: lockFile`),
    lockSha256:
      hash === null ? undefined : readMatching(hash, `${where}: lockSha256`, /^[0-9a-f]{64}$/, '64 hex digits'),
    trimeter: readWords(fields['trimeter'], `${where}: trimeter`),
    schedules: readTexts(fields['schedules'], `${where}: schedules`),
    shard: fields['shard'] === undefined ? undefined : readShard(fields['shard'], `${where}: shard`),
    setting: readTexts(fields['setting'], `${where}: setting`),
    missing: readMissing(fields['missing'], `${where}: missing`),
    notCompared: readTexts(fields['notCompared'], `${where}: notCompared`),
    contracts: readBounded(fields['contracts'], `${where}: contracts`, readContract),
  };
}

/** The one version of the results that there is. */
export function readVersion(value: unknown, where: string): void {
  if (value !== 1)
    throw new InputRejected(where, `expected 1, got ${show(value)}: use the version of trimeter that wrote it`);
}

export function readShard(value: unknown, where: string, others: readonly string[] = []): Shard {
  const { index, count } = readObject(value, where, { required: ['index', 'count', ...others] });
  const shard = { index: readCount(index, `${where}.index`), count: readCount(count, `${where}.count`) };
  if (shard.index >= 1 && shard.index <= shard.count && shard.count <= 1000) return shard;
  throw new InputRejected(where, `expected a part of at most 1000, got ${shard.index} of ${shard.count}`);
}

export function readMissing(value: unknown, where: string): readonly MissingMachine[] {
  return readBounded(value, where, (item, at) => {
    const { name, reason } = readObject(item, at, { required: ['name', 'reason'] });
    return { name: readWords(name, `${at}.name`), reason: readWords(reason, `${at}.reason`) };
  });
}

export function readTexts(value: unknown, where: string): readonly string[] {
  return readBounded(value, where, readWords);
}

/** Text that may be empty. */
export function readWords(value: unknown, where: string): string {
  if (typeof value === 'string' && value.length <= MAX_TEXT) return value;
  throw new InputRejected(where, `expected text of at most ${MAX_TEXT} characters, got ${show(value)}`);
}

export function readBounded<T>(
  value: unknown,
  where: string,
  readItem: (item: unknown, where: string) => T,
): readonly T[] {
  if (Array.isArray(value) && value.length > MAX_LIST)
    throw new InputRejected(where, `expected at most ${MAX_LIST} items`);
  return readList(value, where, readItem);
}

/** From 0. */
export function readCount(value: unknown, where: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new InputRejected(where, `expected an integer from 0, got ${show(value)}`);
}

function readContract(value: unknown, where: string): GateContract {
  const fields = readObject(value, where, {
    required: ['id', 'source', 'verdict', 'calls', 'changedCode', 'costs', 'behaviour', 'notCompared', 'notes'],
  });
  const id = readWords(fields['id'], `${where}.id`);
  const { source } = fields;
  return {
    id,
    source: source === null ? undefined : readWords(source, `${where}.source`),
    verdict: readOneOf(fields['verdict'], `${where}.verdict`, verdicts),
    calls: readCount(fields['calls'], `${where}.calls`),
    changedCode: readTexts(fields['changedCode'], `${where}.changedCode`),
    costs: readBounded(fields['costs'], `${where}.costs`, readCost),
    behaviour: readBounded(fields['behaviour'], `${where}.behaviour`, readBehaviour),
    notCompared: readTexts(fields['notCompared'], `${where}.notCompared`),
    notes: readTexts(fields['notes'], `${where}.notes`),
  };
}

function readCost(value: unknown, where: string): CostRow {
  const fields = readObject(value, where, {
    required: ['contract', 'kind', 'of', 'measure', 'was', 'is', 'level', 'tolerance', 'calls', 'changed'],
    optional: ['at'],
  });
  const words = (name: string) => readWords(fields[name], `${where}.${name}`);
  const amount = (name: string) =>
    BigInt(readMatching(fields[name], `${where}.${name}`, /^(?:0|[1-9]\d{0,18})$/, 'a decimal string'));
  return {
    contract: words('contract'),
    kind: readOneOf(fields['kind'], `${where}.kind`, ['gas', 'size']),
    of: words('of'),
    measure: words('measure'),
    was: amount('was'),
    is: amount('is'),
    level: readOneOf(fields['level'], `${where}.level`, ['same', 'pass', 'warn', 'fail']),
    tolerance: words('tolerance'),
    calls: readCount(fields['calls'], `${where}.calls`),
    changed: readCount(fields['changed'], `${where}.changed`),
    ...(fields['at'] !== undefined && {
      at: readPlace(readObject(fields['at'], `${where}.at`, { required: ['sequence', 'step', 'call'] }), `${where}.at`),
    }),
  };
}

function readPlace(fields: Readonly<Record<string, unknown>>, where: string): CallPlace {
  return {
    sequence: readWords(fields['sequence'], `${where}.sequence`),
    step: readCount(fields['step'], `${where}.step`),
    call: readWords(fields['call'], `${where}.call`),
  };
}

function readBehaviour(value: unknown, where: string): BehaviourChange {
  const fields = readObject(value, where, {
    required: ['contract', 'sequence', 'step', 'call', 'entry', 'changes', 'following'],
    optional: ['schedule'],
  });
  return {
    contract: readWords(fields['contract'], `${where}.contract`),
    ...readPlace(fields, where),
    entry: readWords(fields['entry'], `${where}.entry`),
    ...(fields['schedule'] !== undefined && { schedule: readWords(fields['schedule'], `${where}.schedule`) }),
    changes: readBounded(fields['changes'], `${where}.changes`, (item, at) => {
      const { field, was, is } = readObject(item, at, { required: ['field', 'was', 'is'] });
      return {
        field: readWords(field, `${at}.field`),
        was: readWords(was, `${at}.was`),
        is: readWords(is, `${at}.is`),
      };
    }),
    following: readCount(fields['following'], `${where}.following`),
  };
}
