import fc from 'fast-check';
import { ModuleRejected } from '../../../metering/module-rejected.ts';
import { type Checked, checkModule } from './check-module.ts';
import { integerModule, NotTranslated } from './integer-module.ts';
import type { TranslateToFuzz } from './translate-to-fuzz.ts';

export interface FuzzReport {
  readonly modules: number;
  /** Modules that were not run, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly runs: number;
  readonly hostCalls: number;
  readonly ends: Readonly<Record<string, number>>;
}

/** What binaryen is given: one byte is worth less than one of the module. */
const seedBytes = fc
  .integer({ min: 500, max: 9_000 })
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const share = fc.double({ min: 0, max: 1.1, noNaN: true });
const options = fc.record({
  gasShares: fc.tuple(share, share, share),
  stackWords: fc.oneof(fc.constant(32_768), fc.integer({ min: 10, max: 400 })),
  mostEntries: fc.constant(4),
});

/** @throws Error with the seed to run again, at the first module where a strategy differs from the reference. */
export async function fuzzModules(translate: TranslateToFuzz, modules: number, seed: number): Promise<FuzzReport> {
  const refused: Record<string, number> = {};
  const ends: Record<string, number> = {};
  let [count, bytes, runs, hostCalls] = [0, 0, 0, 0];
  const property = fc.asyncProperty(seedBytes, fc.integer(), options, async (content, argumentSeed, options) => {
    const add = (checked: Checked): void => {
      runs += checked.runs;
      hostCalls += checked.hostCalls;
      for (const [end, times] of Object.entries(checked.ends)) ends[end] = (ends[end] ?? 0) + times;
    };
    try {
      const module = integerModule(await translate(content), argumentSeed);
      add(await checkModule(module, options));
      count += 1;
      bytes += module.bytes.length;
    } catch (error) {
      const isRefused = error instanceof ModuleRejected || error instanceof NotTranslated;
      if (!isRefused) throw error;
      const reason = error instanceof ModuleRejected ? `${error.code}: ${error.limit}` : error.message;
      refused[reason] = (refused[reason] ?? 0) + 1;
    }
  });
  // Shrinking random bytes into another module teaches nothing and takes long: the seed is the counterexample.
  await fc.assert(property, { numRuns: modules, seed, endOnFailure: true });
  return { modules: count, refused, bytes, runs, hostCalls, ends };
}
