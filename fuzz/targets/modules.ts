/** Modules through the validator, every strategy, the verifier and every machine in this process, against the reference. */
import { defaultLimits } from '../../metering/format/limits.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import type { Strategy } from '../../metering/plan/strategies.ts';
import { type CheckOptions, checkModule } from '../modules/check-module.ts';
import { meteredStrategies } from '../modules/every-strategy.ts';
import { BOUNDED_GAS, type FuzzModule, type FuzzSource } from '../modules/fuzz-sources.ts';
import { type ImportedFunction, NotTranslated } from '../modules/integer-module.ts';
import { leastStackWords } from '../modules/least-stack.ts';
import { smallerModules } from '../modules/smaller-modules.ts';
import type { Random } from '../random.ts';
import { withoutParts } from '../shrink.ts';
import { type Counts, Discarded, Finding, type FuzzTarget } from '../target.ts';

/** A module and how it is run. */
export interface ModuleInput {
  readonly module: string;
  readonly origin: string;
  readonly imports: readonly ImportedFunction[];
  readonly entryCount: number;
  readonly ampleGas: string;
  readonly gasShares: readonly number[];
  readonly stackWords: number;
  readonly mostEntries: number;
  readonly strategies: readonly Strategy[];
}

/** Of modules that are run at all their entries, with small budgets of stack: the others are many. */
const DEEP_PERCENT = 20;

export function modulesTarget(
  source: FuzzSource,
  share: number,
  deepPercent: number = DEEP_PERCENT,
): FuzzTarget<ModuleInput> {
  return {
    name: `modules:${source.name}`,
    title: `modules (${source.name}) under every strategy against the reference interpreter, and through the verifier`,
    share,
    make: async (random) => {
      const module = await orDiscarded(() => source.make(random));
      const options = await checkOptions(random, module, random.chance(deepPercent));
      const { bytes, origin, imports, entryCount, ampleGas } = module;
      const hex = Buffer.from(bytes).toString('hex');
      return { module: hex, origin, imports, entryCount, ampleGas: `${ampleGas}`, ...options };
    },
    run: (input) => orDiscarded(() => run(input)),
    smaller: function* (input) {
      for (const strategies of withoutParts(input.strategies, 1)) yield { ...input, strategies };
      if (input.mostEntries > 1) yield { ...input, mostEntries: 1 };
      if (input.gasShares.length > 0) yield { ...input, gasShares: [] };
      if (input.stackWords !== defaultLimits.stackWords) yield { ...input, stackWords: defaultLimits.stackWords };
      for (const bytes of smallerModules(Buffer.from(input.module, 'hex'))) {
        yield { ...input, module: Buffer.from(bytes).toString('hex') };
      }
    },
  };
}

async function run(input: ModuleInput): Promise<Counts> {
  const { imports, entryCount, ampleGas, ...rest } = input;
  const bytes = new Uint8Array(Buffer.from(input.module, 'hex'));
  const options: CheckOptions = { ...rest, ampleGas: BigInt(ampleGas) };
  const { runs, hostCalls, ends, refusal } = await checkModule({ bytes, imports, entryCount }, options);
  if (refusal !== undefined) throw new Finding('refused', refusal);
  const counted = Object.entries(ends).map(([end, times]) => [`ends in ${end}`, times]);
  return {
    modules: 1,
    calls: runs / rest.strategies.length,
    runs,
    hostCalls,
    bytes: bytes.length,
    ...Object.fromEntries(counted),
  };
}

async function orDiscarded<Result>(body: () => Promise<Result>): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof ModuleRejected) throw new Discarded(`${error.code}: ${error.limit}`);
    if (error instanceof NotTranslated) throw new Discarded(error.message);
    throw error;
  }
}

type ModuleOptions = Pick<ModuleInput, 'gasShares' | 'stackWords' | 'mostEntries' | 'strategies'>;

async function checkOptions(random: Random, module: FuzzModule, isDeep: boolean): Promise<ModuleOptions> {
  const gasShare = (): number => random.below(110) / 100;
  if (!isDeep) {
    const stackWords = random.chance(50) ? defaultLimits.stackWords : random.between(10, 400);
    const other = random.pick(meteredStrategies.filter((strategy) => strategy !== 'default'));
    return { gasShares: [gasShare()], stackWords, mostEntries: 1, strategies: ['default', other] };
  }
  const gasShares = [gasShare(), gasShare()];
  const stackWords = await stackWordsFor(module, random);
  return { gasShares, stackWords, mostEntries: 4, strategies: meteredStrategies };
}

/** The usual budget; a small one; or what one of the runs just needs, or a word less. */
async function stackWordsFor(module: FuzzModule, random: Random): Promise<number> {
  const kind = random.pick(['usual', 'small', 'least', 'least'] as const);
  if (kind === 'small') return random.between(10, 400);
  const least =
    kind === 'least' ? await leastStackWords(module, random.below(module.entryCount), BOUNDED_GAS) : undefined;
  return least === undefined ? defaultLimits.stackWords : Math.max(1, least - (random.chance(70) ? 1 : 0));
}
