import assert from 'node:assert/strict';
import { decodeModule } from '../../metering/format/decode.ts';
import { validateModule } from '../../metering/format/validate.ts';
import { type InstrumentOptions, instrument } from '../../metering/instrument.ts';
import { planStack } from '../../metering/plan/stack-plan.ts';
import {
  type VerifiableStrategy,
  type Verification,
  verifyInstrumented,
} from '../../metering/verify/verify-instrumented.ts';

export type ToVerify = Omit<InstrumentOptions, 'strategy'>;

/** Instruments a module and has that verified. @throws VerificationFailed; AssertionError if the two count otherwise. */
export function verified(bytes: Uint8Array, options: ToVerify, strategy: VerifiableStrategy): Verification {
  const instrumented = instrument(bytes, { ...options, strategy });
  const verification = verifyInstrumented(bytes, instrumented, { ...options, strategy });
  // Counted by one in code that can be reached, by the other everywhere.
  assert.ok(verification.chargeCount >= instrumented.report.chargeCount);
  const module = decodeModule(bytes, options.limits);
  const words = strategy === 'none' ? [] : planStack(module, validateModule(module, options.limits));
  if (strategy !== 'none')
    assert.deepEqual(
      verification.functions.map(({ frameWords }) => frameWords),
      words,
    );
  return verification;
}
