/**
 * What has been shown of a module before it runs. Where charges stand is planned, and the planner is not trusted: what it
 * made is verified from the bytes, and a module of which nothing is shown runs under the exact strategy, which plans nothing.
 */
import { noHostCode } from '../../metering/host/host-code.ts';
import { type Instrumented, type InstrumentOptions, instrument } from '../../metering/instrument.ts';
import { exactStrategy, isPlanned, trapsExactly } from '../../metering/plan/strategies.ts';
import { type VerifiableStrategy, verifyInstrumented } from '../../metering/verify/verify-instrumented.ts';
import { EngineError } from '../errors.ts';
import { hasStackRoom, isStackOverflow } from '../native-stack.ts';

export type ModuleVerdict =
  /** Shown to be the original, metered. */
  | { readonly kind: 'proved' }
  /** Not shown, for a reason: a bug of ours. It runs under the exact strategy, unless it is not metered at all. */
  | { readonly kind: 'unproved'; readonly reason: string }
  /** Nothing was planned. */
  | { readonly kind: 'exact' };

/** How many modules were verified in this process, and the last that was not proved. */
export interface ModuleVerdicts {
  readonly proved: number;
  readonly unproved: number;
  readonly lastReason: string | undefined;
}

export interface JudgedModule extends Instrumented {
  readonly verdict: ModuleVerdict;
}

/** Makes what a cache of modules compiles. */
export type MakeModule = (bytes: Uint8Array, options: InstrumentOptions) => JudgedModule;

/**
 * Instruments a module, verifies what came out, and plans nothing if that fails.
 *
 * @param instrumentWith Another injector than ours, which does not have to be right.
 * @throws ModuleRejected
 */
export function instrumentJudged(
  bytes: Uint8Array,
  options: InstrumentOptions,
  instrumentWith: (bytes: Uint8Array, options: InstrumentOptions) => Instrumented = instrument,
): JudgedModule {
  const instrumented = instrumentWith(bytes, options);
  const { strategy } = options;
  if (!isPlanned(strategy)) return { ...instrumented, verdict: { kind: 'exact' } };
  const reason = whyUnproved(bytes, instrumented, { ...options, strategy });
  if (reason === undefined) return { ...instrumented, verdict: { kind: 'proved' } };
  const exact = trapsExactly(strategy) ? instrumented : instrument(bytes, { ...options, strategy: exactStrategy });
  return { ...exact, verdict: { kind: 'unproved', reason } };
}

function whyUnproved(
  bytes: Uint8Array,
  instrumented: Instrumented,
  { costs, limits, strategy, hostCode = noHostCode }: InstrumentOptions & { readonly strategy: VerifiableStrategy },
): string | undefined {
  // At its end what the verifier says is about the stack, and not about the module.
  if (!hasStackRoom()) throw new EngineError('host-stack', 'too little native stack is left to verify a module');
  try {
    verifyInstrumented(bytes, instrumented, { costs, limits, strategy, hostCode });
    return undefined;
  } catch (error) {
    if (isStackOverflow(error)) throw error;
    // Whatever else happened to the verifier, nothing was shown.
    return error instanceof Error ? error.message : String(error);
  }
}
