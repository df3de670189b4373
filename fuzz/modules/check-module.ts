import type { Strategy } from '../../metering/plan/strategies.ts';
import { VerificationFailed } from '../../metering/verify/verification-failed.ts';
import { meteredStrategies, unverified } from './every-strategy.ts';
import type { IntegerModule } from './integer-module.ts';
import { verifyEveryStrategy } from './verify-every-strategy.ts';

/** What was compared, to tell a test that tests from one that does not. */
export interface Checked {
  readonly runs: number;
  readonly hostCalls: number;
  /** How many runs ended in each outcome: success, or the number of a trap. */
  readonly ends: Readonly<Record<string, number>>;
  /** What the verifier says against what a strategy made of the module; it has been run all the same. */
  readonly refusal: string | undefined;
}

export interface CheckOptions {
  /** From 0 to 1: where between nothing and what a run needs its gas limit lies. */
  readonly gasShares: readonly number[];
  readonly stackWords: number;
  readonly mostEntries: number;
  /** More than runs need that come to an end. */
  readonly ampleGas: bigint;
  /** That it runs under. The verifier sees all of them. Default: all that meter. */
  readonly strategies?: readonly Strategy[];
}

/** @throws AssertionError where a strategy differs from the reference: in the outcome, in gas, at a host call. */
export async function checkModule(
  { bytes, imports, entryCount }: IntegerModule,
  { gasShares, stackWords, mostEntries, ampleGas, strategies = meteredStrategies }: CheckOptions,
): Promise<Checked> {
  const refusal = refusalOf(() => verifyEveryStrategy(bytes, imports, { stackWords }));
  const run = await unverified(bytes, imports, { stackWords }, strategies);
  const ends: Record<string, number> = {};
  let runs = 0;
  let hostCalls = 0;
  const compare = async (choice: number, gasLimit: bigint): Promise<string> => {
    const expected = await run([choice], gasLimit);
    runs += strategies.length;
    hostCalls += expected.hostCalls.length;
    const [status = '', detail = ''] = expected.outcome.split(' ');
    const end = status === 'trap' ? `trap ${detail}` : status;
    ends[end] = (ends[end] ?? 0) + 1;
    return expected.outcome;
  };
  for (let choice = 0; choice < Math.min(entryCount, mostEntries); choice += 1) {
    const outcome = await compare(choice, ampleGas);
    // A trap uses all gas, so what it needed is not known: try small limits.
    const needed = outcome.startsWith('trap') ? 4_000n : BigInt(outcome.split(' ').at(-1) ?? 0);
    for (const share of gasShares) await compare(choice, BigInt(Math.round(Number(needed) * share)));
    if (!outcome.startsWith('trap')) {
      await compare(choice, needed);
      if (needed > 0n) await compare(choice, needed - 1n);
    }
  }
  return { runs, hostCalls, ends, refusal };
}

function refusalOf(verify: () => void): string | undefined {
  try {
    verify();
    return undefined;
  } catch (error) {
    if (error instanceof VerificationFailed) return `${error.code}: ${error.message}`;
    throw error;
  }
}
