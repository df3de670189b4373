import { everyStrategy, meteredStrategies } from './every-strategy.ts';
import type { IntegerModule } from './integer-module.ts';

const AMPLE_GAS = 1n << 40n;

/** What was compared, to tell a test that tests from one that does not. */
export interface Checked {
  readonly runs: number;
  readonly hostCalls: number;
  /** How many runs ended in each outcome: success, or the number of a trap. */
  readonly ends: Readonly<Record<string, number>>;
}

export interface CheckOptions {
  /** From 0 to 1: where between nothing and what a run needs its gas limit lies. */
  readonly gasShares: readonly number[];
  readonly stackWords: number;
  readonly mostEntries: number;
}

/** @throws AssertionError where a strategy differs from the reference: in the outcome, in gas, at a host call. */
export async function checkModule(
  { bytes, imports, entryCount }: IntegerModule,
  { gasShares, stackWords, mostEntries }: CheckOptions,
): Promise<Checked> {
  const run = await everyStrategy(bytes, imports, { stackWords });
  const ends: Record<string, number> = {};
  let runs = 0;
  let hostCalls = 0;
  const compare = async (choice: number, gasLimit: bigint): Promise<string> => {
    const expected = await run([choice], gasLimit);
    runs += meteredStrategies.length;
    hostCalls += expected.hostCalls.length;
    const [status = '', detail = ''] = expected.outcome.split(' ');
    const end = status === 'trap' ? `trap ${detail}` : status;
    ends[end] = (ends[end] ?? 0) + 1;
    return expected.outcome;
  };
  for (let choice = 0; choice < Math.min(entryCount, mostEntries); choice += 1) {
    const outcome = await compare(choice, AMPLE_GAS);
    // A trap uses all gas, so what it needed is not known: try small limits.
    const needed = outcome.startsWith('trap') ? 4_000n : BigInt(outcome.split(' ').at(-1) ?? 0);
    for (const share of gasShares) await compare(choice, BigInt(Math.round(Number(needed) * share)));
    if (!outcome.startsWith('trap')) {
      await compare(choice, needed);
      if (needed > 0n) await compare(choice, needed - 1n);
    }
  }
  return { runs, hostCalls, ends };
}
