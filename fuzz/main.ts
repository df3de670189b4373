/**
 * `npm run fuzz -- --minutes 30 --seed 1`: all targets in turn, for as long as one likes. Goes on where the last run with
 * that seed stopped (`--state`). What is found is made small and written to `--fixtures`, where the tests look for it.
 * Exit code 1 if anything was found, 2 if nothing was run.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CampaignFinding, runCampaign } from './campaign/campaign.ts';
import { writeFixture } from './campaign/fixtures.ts';
import { readState, writeState } from './campaign/state-file.ts';
import { progressLine, reportText } from './report.ts';
import type { FuzzTarget } from './target.ts';
import { allTargets } from './targets/all-targets.ts';

const USAGE = `npm run fuzz -- [options]

  --minutes <n>      how long; default 5
  --cases <n>        how many cases; default no bound
  --seed <n>         default 1; the same seed makes the same cases
  --target <names>   of these alone, separated by commas; --list names them
  --case <n>         this case alone, of one target
  --variants <names> machines in other processes that run the calls too, such
                     as wasm@liftoff
  --state <file>     what was done so far; default .fuzz/<seed>.json
  --fixtures <dir>   where findings go; default test/fixtures/fuzz
  --no-minimise      findings as they were found
  --list             the targets
  --json             what was done, as JSON
`;

const DEFAULT_MINUTES = 5;
const MOST_FINDINGS = 25;
const WRITES_EVERY_SECONDS = 10;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    minutes: { type: 'string' },
    cases: { type: 'string' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    case: { type: 'string' },
    variants: { type: 'string' },
    state: { type: 'string' },
    fixtures: { type: 'string' },
    minimise: { type: 'boolean', default: true },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function complain(message: string): never {
  process.stderr.write(`fuzz: ${message}\n`);
  process.exit(2);
}

function numberOf(option: 'minutes' | 'cases' | 'seed' | 'case', most: number): number | undefined {
  const text = values[option];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= most)) complain(`--${option} takes a number, got "${text}"`);
  return number;
}

function choose(targets: readonly FuzzTarget[], wanted: string | undefined): readonly FuzzTarget[] {
  const names = wanted?.split(',');
  const unknown = names?.find((name) => !targets.some((target) => target.name === name));
  if (unknown !== undefined) {
    complain(`there is no target ${unknown} here; there are ${targets.map(({ name }) => name).join(', ')}`);
  }
  return names === undefined ? targets : targets.filter(({ name }) => names.includes(name));
}

if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const seed = numberOf('seed', 2 ** 31 - 1) as number;
const onlyCase = numberOf('case', Number.MAX_SAFE_INTEGER);
const cases = onlyCase === undefined ? numberOf('cases', Number.MAX_SAFE_INTEGER) : 1;
const minutes =
  numberOf('minutes', 60 * 24 * 365) ?? (cases === undefined ? DEFAULT_MINUTES : Number.POSITIVE_INFINITY);
const targets = choose(allTargets({ variants: values.variants?.split(',') ?? [] }), values.target);
if (values.list) {
  for (const { name, title } of targets) process.stdout.write(`${name.padEnd(18)} ${title}\n`);
  process.exit(0);
}
if (onlyCase !== undefined && targets.length !== 1) complain('--case needs --target with one name');

const root = fileURLToPath(new URL('..', import.meta.url));
const statePath = values.state ?? `${root}.fuzz/${seed}.json`;
const fixtures = values.fixtures ?? `${root}test/fixtures/fuzz`;
const keepsState = onlyCase === undefined;
const now = (): number => performance.now() / 1000;
const started = now();
let state = { seed, targets: {} } as ReturnType<typeof readState>;
try {
  if (keepsState) state = readState(statePath, seed);
} catch (error) {
  complain((error as Error).message);
}
if (onlyCase !== undefined) {
  for (const { name } of targets) {
    state.targets[name] = { nextCase: onlyCase, cases: 0, seconds: 0, findings: 0, discarded: {}, counts: {} };
  }
}

const findings: CampaignFinding[] = [];
let isStopped = false;
process.once('SIGINT', () => {
  isStopped = true;
});
let done = 0;
let wroteAt = started;
let shownAt = started;
await runCampaign({
  targets,
  state,
  now,
  minimises: values.minimise,
  goesOn: () => {
    const time = now();
    if (keepsState && time > wroteAt + WRITES_EVERY_SECONDS) {
      wroteAt = time;
      writeState(statePath, state);
    }
    if (process.stderr.isTTY && time > shownAt + 1) {
      shownAt = time;
      process.stderr.write(`\r\u001b[K${progressLine(state, time - started)}`);
    }
    const isInTime = time < started + minutes * 60;
    const goesOn =
      !isStopped && isInTime && done < (cases ?? Number.POSITIVE_INFINITY) && findings.length < MOST_FINDINGS;
    if (goesOn) done += 1;
    return goesOn;
  },
  onFinding: (finding) => {
    findings.push(finding);
    const { target, case: number, kind, message, tries } = finding;
    process.stderr.write(`\n${(now() - started).toFixed(1)} s: ${kind} in case ${number} of ${target}\n${message}\n`);
    const file = writeFixture(fixtures, seed, finding);
    process.stderr.write(`made smaller in ${tries} tries: ${file}\n`);
  },
});
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
if (keepsState) writeState(statePath, state);
const result = { ...state, node: process.version, secondsOfThisRun: Math.round(now() - started), findings };
process.stdout.write(values.json ? `${JSON.stringify(result, undefined, 2)}\n` : reportText(state));
if (done === 0) complain('nothing was run');
process.exit(findings.length > 0 ? 1 : 0);
