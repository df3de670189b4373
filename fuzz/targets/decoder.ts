/** Bytes that are nearly a module: what is accepted is valid for the JavaScript engine too, and is metered and proved. */
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { instrumentModule } from '../../engine/wasm/module-cache.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { validateModule } from '../../metering/format/validate.ts';
import { layeredModule } from '../modules/layered-module.ts';
import { type RealModule, realModules } from '../modules/real-modules.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import type { Random } from '../random.ts';
import { simplerHex } from '../shrink.ts';
import { type Counts, Finding, type FuzzTarget } from '../target.ts';

export interface BytesInput {
  readonly bytes: string;
}

/** Larger ones take longer to read than changes in them are worth. */
const MOST_BYTES = 12_000;

export function decoderTarget(): FuzzTarget<BytesInput> {
  let real: readonly RealModule[] | undefined;
  return {
    name: 'decoder',
    title: 'bytes that are nearly a module, through decoder, validator, metering and verifier',
    share: 8,
    make: async (random) => {
      real ??= realModules().filter(({ bytes }) => bytes.length <= MOST_BYTES);
      return { bytes: Buffer.from(changedModule(random, real)).toString('hex') };
    },
    run: async ({ bytes }) => run(new Uint8Array(Buffer.from(bytes, 'hex'))),
    smaller: function* ({ bytes }) {
      for (const simpler of simplerHex(bytes)) yield { bytes: simpler };
    },
  };
}

function changedModule(random: Random, real: readonly RealModule[]): Uint8Array {
  const small = { leastLayers: 1, mostLayers: 1, mostStatements: 3 };
  const bytes = random.chance(50) ? random.pick(real).bytes : layeredModule(random, small).bytes;
  return random.chance(95)
    ? mutateBytes(bytes, random, random.chance(60) ? 1 : 6)
    : Uint8Array.from({ length: random.below(60) }, () => random.below(256));
}

function run(bytes: Uint8Array): Counts {
  const refused = refusalOf(bytes, () => {
    validateModule(decodeModule(bytes, defaultLimits), defaultLimits);
  });
  if (refused !== undefined) return { modules: 1, [`refused: ${refused}`]: 1 };
  if (!WebAssembly.validate(bytes)) {
    throw new Finding('difference', 'accepted here, and not valid for WebAssembly.validate');
  }
  const request = { bytes, abi: stylusAbi, schedule: defaultSchedule, strategy: 'default', forKernel: true } as const;
  const unfit = refusalOf(bytes, () => {
    const { bytes: metered, verdict } = instrumentModule(request);
    if (verdict.kind === 'unproved') throw new Finding('refused', verdict.reason);
    if (!WebAssembly.validate(metered)) throw new Finding('difference', 'its metered form is not valid');
  });
  return { modules: 1, valid: 1, [unfit === undefined ? 'metered' : `no contract: ${unfit}`]: 1 };
}

/** The code of a refusal. @throws Finding for one without a place in the module; whatever else is thrown. */
function refusalOf(bytes: Uint8Array, body: () => void): string | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    if (!(error instanceof ModuleRejected)) throw error;
    const { offset } = error;
    if (!(Number.isInteger(offset) && offset >= 0 && offset <= bytes.length)) {
      throw new Finding('failure', `refused at offset ${offset} of ${bytes.length}: ${error.message}`);
    }
    return error.code;
  }
}
