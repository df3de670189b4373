import { AssertionError } from 'node:assert';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { ModuleRejected } from '../../../metering/format/module-rejected.ts';
import { type CheckOptions, checkModule } from './check-module.ts';
import { BOUNDED_GAS, type FuzzModule, type FuzzSource } from './fuzz-sources.ts';
import { NotTranslated } from './integer-module.ts';
import { leastStackWords } from './least-stack.ts';
import { type Random, randomFrom } from './random.ts';

export interface FuzzFinding {
  /** Makes the same module again, with the same seed. */
  readonly case: number;
  readonly source: string;
  readonly origin: string;
  /** `refused`: by the verifier, what ran right. */
  readonly kind: 'difference' | 'refused' | 'failure';
  readonly message: string;
}

export interface SourceReport {
  modules: number;
  bytes: number;
  runs: number;
  /** Modules that were not run, by reason. */
  readonly refused: Record<string, number>;
}

export interface FuzzReport {
  modules: number;
  runs: number;
  hostCalls: number;
  /** How many runs ended in each outcome: success, or the number of a trap. */
  readonly ends: Record<string, number>;
  readonly sources: Readonly<Record<string, SourceReport>>;
  readonly findings: FuzzFinding[];
}

export interface FuzzOptions {
  readonly seed: number;
  /** The sources take turns. */
  readonly sources: readonly FuzzSource[];
  /** Asked before each case, with what was done so far. */
  readonly goesOn: (report: FuzzReport, nextCase: number) => boolean;
  readonly firstCase?: number;
  readonly onFinding?: (finding: FuzzFinding, module: FuzzModule) => void;
}

/** Runs modules of all sources on the reference interpreter and under every strategy, and has the verifier look at them. */
export async function fuzzModules(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, sources, goesOn, firstCase = 0, onFinding = () => {} } = options;
  const report: FuzzReport = {
    modules: 0,
    runs: 0,
    hostCalls: 0,
    ends: {},
    sources: Object.fromEntries(sources.map(({ name }) => [name, { modules: 0, bytes: 0, runs: 0, refused: {} }])),
    findings: [],
  };
  for (let number = firstCase; goesOn(report, number); number += 1) {
    const source = sources[number % sources.length] as FuzzSource;
    const ofSource = report.sources[source.name] as SourceReport;
    let module: FuzzModule | undefined;
    const found = (kind: FuzzFinding['kind'], message: string): void => {
      const finding = { case: number, source: source.name, origin: module?.origin ?? '', kind, message };
      report.findings.push(finding);
      if (module !== undefined) onFinding(finding, module);
    };
    try {
      const random = randomFrom(seed, number);
      module = await source.make(random);
      const { runs, hostCalls, ends, refusal } = await checkModule(module, await checkOptions(random, module));
      report.modules += 1;
      report.runs += runs;
      report.hostCalls += hostCalls;
      ofSource.modules += 1;
      ofSource.bytes += module.bytes.length;
      ofSource.runs += runs;
      for (const [end, times] of Object.entries(ends)) report.ends[end] = (report.ends[end] ?? 0) + times;
      if (refusal !== undefined) found('refused', refusal);
    } catch (error) {
      if (error instanceof ModuleRejected || error instanceof NotTranslated) {
        const reason = error instanceof ModuleRejected ? `${error.code}: ${error.limit}` : error.message;
        ofSource.refused[reason] = (ofSource.refused[reason] ?? 0) + 1;
      } else if (error instanceof AssertionError) found('difference', error.message);
      else found('failure', error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
  return report;
}

async function checkOptions(random: Random, module: FuzzModule): Promise<CheckOptions> {
  const { ampleGas } = module;
  const gasShares = [1, 2].map(() => random.below(110) / 100);
  return { gasShares, stackWords: await stackWordsFor(module, random), mostEntries: 4, ampleGas };
}

/** The usual budget; a small one; or what one of the runs just needs, or a word less. */
async function stackWordsFor(module: FuzzModule, random: Random): Promise<number> {
  const kind = random.pick(['usual', 'small', 'least', 'least'] as const);
  if (kind === 'small') return random.between(10, 400);
  const least =
    kind === 'least' ? await leastStackWords(module, random.below(module.entryCount), BOUNDED_GAS) : undefined;
  return least === undefined ? defaultLimits.stackWords : Math.max(1, least - (random.chance(70) ? 1 : 0));
}
