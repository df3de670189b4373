/** Where the modules of the metering fuzz test come from. */
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { validateModule } from '../../metering/format/validate.ts';
import type { Random } from '../random.ts';
import { type IntegerModule, integerModule, NotTranslated } from './integer-module.ts';
import { layeredModule } from './layered-module.ts';
import { mutateModule } from './mutate-module.ts';
import { type RealModule, realModules } from './real-modules.ts';
import { findBinaryen, type TranslateToFuzz, translateToFuzz } from './translate-to-fuzz.ts';

export interface FuzzModule extends IntegerModule {
  /** What it was made of. */
  readonly origin: string;
  /** Runs that need more do not come to an end. */
  readonly ampleGas: bigint;
}

export interface FuzzSource {
  readonly name: string;
  /** @throws NotTranslated or ModuleRejected where nothing that can run comes of it. */
  readonly make: (random: Random) => Promise<FuzzModule>;
}

/** Binaryen's own modules come to an end by themselves. */
const BOUNDLESS_GAS = 1n << 40n;
/** Enough for most others. */
export const BOUNDED_GAS = 1_000_000n;
const MOST_ENTRIES = 6;
const MOST_TRIES = 8;

/** All that can be used here; without binaryen there is one less. */
export function fuzzSources(): readonly FuzzSource[] {
  const wasmOpt = findBinaryen();
  const own = [small, layers, mutants()];
  return wasmOpt === undefined ? own : [binaryen(wasmOpt), ...own];
}

/** What `wasm-opt --translate-to-fuzz` makes of random bytes, every third one changed further. */
function binaryen(wasmOpt: string): FuzzSource {
  let translate: TranslateToFuzz | undefined;
  return {
    name: 'binaryen',
    make: async (random) => {
      translate ??= translateToFuzz(wasmOpt);
      const content = Uint8Array.from({ length: random.between(500, 9_000) }, () => random.below(256));
      const module = integerModule(await translate(content), random.below(2 ** 31), undefined, random.chance(50));
      if (!random.chance(33)) return { ...module, origin: 'binaryen', ampleGas: BOUNDLESS_GAS };
      return { ...mutant(module, random), origin: 'binaryen, changed', ampleGas: BOUNDED_GAS };
    },
  };
}

const layers: FuzzSource = {
  name: 'layers',
  make: async (random) => ({ ...layeredModule(random), origin: 'layers', ampleGas: BOUNDED_GAS }),
};

/** A function or a few: many of them in little time. */
const small: FuzzSource = {
  name: 'small',
  make: async (random) => {
    const sizes = { leastLayers: 1, mostLayers: 2, mostStatements: 6 };
    return { ...layeredModule(random, sizes), origin: 'small', ampleGas: BOUNDED_GAS };
  },
};

/** Modules that compilers made, changed. `run` calls functions of any depth in them, with any numbers. */
function mutants(): FuzzSource {
  let real: readonly RealModule[] | undefined;
  return {
    name: 'mutants',
    make: async (random) => {
      real ??= realModules();
      const { name, bytes }: RealModule = random.pick(real);
      const entries = (exported: readonly number[], own: readonly number[]): readonly number[] =>
        Array.from({ length: MOST_ENTRIES }, () =>
          random.pick(exported.length > 0 && random.chance(40) ? exported : own),
        );
      const module = integerModule(bytes, random.below(2 ** 31), entries, random.chance(50));
      return { ...mutant(module, random), origin: name, ampleGas: BOUNDED_GAS };
    },
  };
}

/** The first change that leaves the module valid. */
function mutant(module: IntegerModule, random: Random): IntegerModule {
  for (let count = 0; count < MOST_TRIES; count += 1) {
    const bytes = mutateModule(module.bytes, random);
    try {
      validateModule(decodeModule(bytes, defaultLimits), defaultLimits);
      return { ...module, bytes };
    } catch (error) {
      if (!(error instanceof ModuleRejected)) throw error;
    }
  }
  throw new NotTranslated('no valid mutant');
}
