import { instrument } from '../../metering/instrument.ts';
import { allTechniques } from '../../metering/plan/place-module-charges.ts';
import { type Strategy, strategies } from '../../metering/plan/strategies.ts';
import { kernelOptions } from './kernel-abi.ts';
import { leftOut } from './left-out.ts';
import { hostCallPackages, meteredByPackage } from './rivals.ts';
import { assertUnmetered, relabelled } from './twin.ts';

/** One way to run a kernel. Plain data. */
export interface Variant {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly runExport: string;
  /** Export name of the gas counter, a global. */
  readonly gasExport: string | undefined;
  /** The host function that is called with every charge. */
  readonly chargeImport: { readonly module: string; readonly name: string } | undefined;
  /** Its gas must be that of docs/gas.md. */
  readonly isCounting: boolean;
}

export interface VariantSet {
  readonly variants: readonly Variant[];
  /** By name of a row: why it is not there. */
  readonly omitted: Readonly<Record<string, string>>;
}

/** What all others are held against. */
export const TWIN = 'none';
/** The twin a second time: what it differs from the first by is noise. */
const SECOND_TWIN = 'none again';
/** The module as it was compiled. */
const ORIGINAL = 'original';

/**
 * Every variant of a kernel.
 *
 * @param wanted Names of rows; undefined for all. The twin, its copy and the original are always there.
 * @param rivalsMissing Why the packages of `rivals.ts` are not there; undefined if they are.
 */
export async function makeVariants(
  bytes: Uint8Array,
  wanted: ReadonlySet<string> | undefined,
  rivalsMissing: string | undefined,
): Promise<VariantSet> {
  const isWanted = (name: string): boolean => wanted?.has(name) ?? true;
  const twin = strategyVariant(bytes, TWIN);
  assertUnmetered(bytes, twin.bytes);
  const variants: Variant[] = [
    twin,
    { ...twin, name: SECOND_TWIN, bytes: relabelled(twin.bytes, SECOND_TWIN) },
    { ...twin, name: ORIGINAL, bytes, runExport: 'run', gasExport: undefined },
  ];
  const omitted: Record<string, string> = {};
  for (const { name, techniques } of leftOut) {
    if (wanted?.has(name) === true) variants.push({ ...strategyVariant(bytes, 'default', techniques), name });
  }
  for (const strategy of strategies) {
    if (strategy !== TWIN && isWanted(strategy)) variants.push(strategyVariant(bytes, strategy));
  }
  for (const name of hostCallPackages.filter(isWanted)) {
    try {
      if (rivalsMissing !== undefined) throw new Error(rivalsMissing);
      variants.push({
        name,
        bytes: await meteredByPackage(name, bytes),
        runExport: 'run',
        gasExport: undefined,
        chargeImport: { module: 'metering', name: 'usegas' },
        isCounting: false,
      });
    } catch (error) {
      omitted[name] = error instanceof Error ? error.message : String(error);
    }
  }
  return { variants, omitted };
}

function strategyVariant(bytes: Uint8Array, strategy: Strategy, techniques = allTechniques): Variant {
  const instrumented = instrument(bytes, { ...kernelOptions, strategy, techniques });
  return {
    name: strategy,
    bytes: instrumented.bytes,
    runExport: instrumented.names.entryPoints['run'] ?? 'run',
    gasExport: instrumented.names.gas,
    chargeImport: instrumented.chargeImport,
    isCounting: strategy !== TWIN,
  };
}
