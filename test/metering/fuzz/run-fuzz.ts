/**
 * `npm run fuzz:metering -- --minutes 30 --seed 1`: the metering fuzz test for as long as one likes, `--modules N` for so
 * many. `--source layers` takes one source alone, `--case N` makes one module again; `--save FOLDER` keeps what was found.
 * Exit code 1 if anything was: a strategy that differs from the reference, or code that the verifier does not accept.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { meteredStrategies } from './every-strategy.ts';
import { type FuzzReport, fuzzModules } from './fuzz-modules.ts';
import { fuzzSources } from './fuzz-sources.ts';
import { BINARYEN_MISSING } from './translate-to-fuzz.ts';

const DEFAULT_MODULES = 5_000;
const MOST_FINDINGS = 25;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    modules: { type: 'string' },
    seed: { type: 'string', default: '1' },
    source: { type: 'string' },
    case: { type: 'string' },
    save: { type: 'string' },
  },
});
const all = fuzzSources();
if (all.length < 3 && values.source === undefined) throw new Error(BINARYEN_MISSING);
const sources = all.filter(({ name }) => values.source === undefined || name === values.source);
if (sources.length === 0) throw new Error(`no source ${values.source}: ${all.map(({ name }) => name).join(', ')}`);

const seed = Number(values.seed);
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
const firstCase = Number(values.case ?? 0);
const most =
  values.case !== undefined ? 1 : Number(values.modules ?? (minutes === undefined ? DEFAULT_MODULES : Infinity));
const started = performance.now();
const elapsedSeconds = (): number => (performance.now() - started) / 1000;
const showsProgress = process.stderr.isTTY;
let shownAt = 0;

const goesOn = ({ modules, runs, findings }: FuzzReport, nextCase: number): boolean => {
  if (showsProgress && elapsedSeconds() > shownAt + 1) {
    shownAt = elapsedSeconds();
    const line = `${shownAt.toFixed(0)} s: ${modules} modules, ${runs} runs, ${findings.length} findings`;
    process.stderr.write(`\r\u001b[K${line}`);
  }
  const isInTime = minutes === undefined || elapsedSeconds() < minutes * 60;
  return isInTime && nextCase - firstCase < most && findings.length < MOST_FINDINGS;
};
const report = await fuzzModules({
  seed,
  sources,
  goesOn,
  firstCase,
  onFinding: (finding, { bytes }) => {
    const { case: number, kind, source, origin, message } = finding;
    process.stderr.write(
      `\n${elapsedSeconds().toFixed(1)} s: ${kind} in case ${number} (${source}: ${origin})\n${message}\n`,
    );
    if (values.save === undefined) return;
    mkdirSync(values.save, { recursive: true });
    writeFileSync(join(values.save, `${kind}-${seed}-${number}.wasm`), bytes);
  },
});
if (showsProgress) process.stderr.write('\n');
const seconds = Math.round(elapsedSeconds());
console.log(JSON.stringify({ seed, seconds, strategies: meteredStrategies, ...report }, undefined, 2));
if (report.findings.length > 0) process.exitCode = 1;
