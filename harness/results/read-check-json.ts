import { InputRejected } from '../../contracts/input-rejected.ts';
import { readMatching, readObject, readOneOf, show } from '../../contracts/json-fields.ts';
import type { Explanation } from '../agreement/explain.ts';
import { parseReplayFile, type ReplayFile, ReplayRejected } from '../agreement/replay-file.ts';
import type { Disagreement } from '../agreement/run-sequence.ts';
import type { CheckReport } from '../check.ts';
import type { CheckRun, CheckShard } from './check-run.ts';
import { readBounded, readCount, readMissing, readShard, readTexts, readVersion, readWords } from './read-gate-json.ts';

/**
 * The result of a check from its JSON. Fields that it does not know are refused: what it would lose could be a disagreement.
 * `variants` follow from the rest, and `places` are left out: a replay finds them again.
 *
 * @param value Parsed.
 * @throws InputRejected
 *
 * @example
 * const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
 * const about = { seed: 1, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };
 * const json = JSON.stringify(checkJson({ ...about, reports: [report], replayFiles: new Map() }));
 * console.log(readCheckJson(JSON.parse(json)).reports[0]?.agreed); // true
 */
export function readCheckJson(value: unknown, where: string = 'result'): CheckRun {
  const fields = readObject(value, where, {
    required: [
      'format',
      'version',
      'agreed',
      'calls',
      'disagreements',
      'seed',
      'schedule',
      'repeats',
      'backends',
      'variants',
      'divergences',
      'missing',
      'notCompared',
      'cases',
    ],
    optional: ['shard', 'showsVariants'],
  });
  readOneOf(fields['format'], `${where}: format`, ['trimeter-check']);
  readVersion(fields['version'], `${where}: version`);
  const seed = readCount(fields['seed'], `${where}: seed`);
  const replayFiles = new Map<string, string>();
  const found = readBounded(fields['divergences'], `${where}: divergences`, readDivergence);
  const reports = readBounded(fields['cases'], `${where}: cases`, (item, at) =>
    readCase(item, at, { seed, replayFiles, found }),
  );
  const ids = reports.map(({ id }) => id);
  const stray = found.find(({ contract }) => !ids.includes(contract));
  if (stray !== undefined) throw new InputRejected(`${where}: divergences`, `there is no case ${stray.contract}`);
  return {
    ...(fields['shard'] !== undefined && { shard: readCheckShard(fields['shard'], `${where}: shard`) }),
    seed,
    schedule: readWords(fields['schedule'], `${where}: schedule`),
    repeats: readFlag(fields['repeats'], `${where}: repeats`),
    backends: readBounded(fields['backends'], `${where}: backends`, (item, at) => {
      const { name, description, runtime } = readObject(item, at, {
        required: ['name', 'description'],
        optional: ['runtime'],
      });
      return {
        name: readWords(name, `${at}.name`),
        description: readWords(description, `${at}.description`),
        ...(runtime !== undefined && { runtime: readWords(runtime, `${at}.runtime`) }),
      };
    }),
    ...(fields['showsVariants'] !== undefined && {
      showsVariants: readFlag(fields['showsVariants'], `${where}: showsVariants`),
    }),
    missing: readMissing(fields['missing'], `${where}: missing`),
    notCompared: readTexts(fields['notCompared'], `${where}: notCompared`),
    reports,
    replayFiles,
  };
}

function readCheckShard(value: unknown, where: string): CheckShard {
  const { of } = readObject(value, where, { required: ['index', 'count', 'of'] });
  return { ...readShard(value, where, ['of']), of: readTexts(of, `${where}.of`) };
}

/** @param where Of it in the file. */
function readDivergence(value: unknown, where: string): FoundDivergence {
  const fields = readObject(value, where, {
    required: ['contract', 'variant', 'against', 'step', 'field', 'expected', 'actual', 'replayFile'],
  });
  const text = (name: string) => readWords(fields[name], `${where}.${name}`);
  return {
    contract: text('contract'),
    step: readCount(fields['step'], `${where}.step`),
    field: text('field'),
    left: text('expected'),
    right: text('actual'),
    backends: [text('against'), text('variant')],
  };
}

interface FoundDivergence extends Disagreement {
  readonly contract: string;
}

interface AboutCases {
  readonly seed: number;
  readonly replayFiles: Map<string, string>;
  readonly found: readonly FoundDivergence[];
}

function readCase(value: unknown, where: string, { seed, replayFiles, found }: AboutCases): CheckReport {
  const ofDisagreement = ['disagreement', 'explanation', 'constructorArgs', 'steps', 'replayFile', 'places'];
  const fields = readObject(value, where, {
    required: ['id', 'backends', 'calls', 'sequences', 'agreed', 'methods', 'failedDeployments', 'accepted'],
    optional: ofDisagreement,
  });
  const id = readWords(fields['id'], `${where}.id`);
  const machines = readTexts(fields['backends'], `${where}.backends`);
  const agreed = fields['agreed'] === null ? null : readFlag(fields['agreed'], `${where}.agreed`);
  if ((agreed === false) !== (fields['disagreement'] !== undefined)) {
    throw new InputRejected(where, 'has a disagreement where machines agreed, or none where they did not');
  }
  const file = fields['replayFile'] ?? null;
  if (file !== null) replayFiles.set(id, readWords(file, `${where}.replayFile`));
  return {
    id,
    machines,
    calls: readCount(fields['calls'], `${where}.calls`),
    sequences: readCount(fields['sequences'], `${where}.sequences`),
    agreed,
    methods: readBounded(fields['methods'], `${where}.methods`, (item, at) => {
      const { method, calls, successes } = readObject(item, at, { required: ['method', 'calls', 'successes'] });
      return {
        method: readWords(method, `${at}.method`),
        calls: readCount(calls, `${at}.calls`),
        successes: readCount(successes, `${at}.successes`),
      };
    }),
    failedDeployments: readCount(fields['failedDeployments'], `${where}.failedDeployments`),
    accepted: readBounded(fields['accepted'], `${where}.accepted`, (item, at) => {
      const { field, times } = readObject(item, at, { required: ['field', 'times'] });
      return { field: readWords(field, `${at}.field`), times: readCount(times, `${at}.times`) };
    }),
    divergences: found.flatMap(({ contract, ...divergence }) => (contract === id ? [divergence] : [])),
    counterexample: agreed === false ? readCounterexample(fields, where, { id, machines, seed }) : undefined,
    explanation:
      fields['explanation'] === undefined ? undefined : readExplanation(fields['explanation'], `${where}.explanation`),
  };
}

/** Its fields are those of a replay file, which is read as strictly. */
function readCounterexample(
  { constructorArgs, steps, disagreement }: Readonly<Record<string, unknown>>,
  where: string,
  about: { readonly id: string; readonly machines: readonly string[]; readonly seed: number },
): ReplayFile {
  const format = { format: 'trimeter-replay', version: 3 };
  const { id, machines: backends, seed } = about;
  try {
    return parseReplayFile(
      JSON.stringify({ ...format, case: id, constructorArgs, steps, backends, seed, disagreement }),
    );
  } catch (error) {
    if (error instanceof ReplayRejected) throw new InputRejected(where, error.message);
    throw error;
  }
}

function readExplanation(value: unknown, where: string): Explanation {
  const fields = readObject(value, where, { required: [], optional: ['field', 'left', 'right'] });
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, readMatching(text, `${where}.${name}`, /^/, 'text')]),
  );
}

function readFlag(value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new InputRejected(where, `expected true or false, got ${show(value)}`);
}
