import { BatchTally } from '../engine/batch-tally.ts';
import type { CallMessage } from '../engine/context.ts';
import type { Outcome } from '../engine/outcome.ts';
import { judge } from '../harness/agreement/judge.ts';
import type { Observation } from '../harness/agreement/observe.ts';
import { timeNs } from './sample.ts';
import type { Session } from './session.ts';

/** What one round of a workload's calls came to on one machine. */
export interface Round {
  readonly outcomes: readonly Outcome[];
  readonly stateDigest: string;
  readonly gasUsed: bigint;
  /** `BatchSummary.checksum` of a batch of the same calls. */
  readonly checksum: number;
  readonly durationNs: number;
}

/** Runs the messages once and goes back to the state before them. */
export async function runRound({ world }: Session, messages: readonly CallMessage[]): Promise<Round> {
  const before = await world.snapshot();
  const [outcomes, durationNs] = await timeNs(() => world.callMany(messages));
  const stateDigest = await world.stateDigest();
  await world.restore(before);
  const tally = new BatchTally();
  for (const outcome of outcomes) tally.add(outcome);
  const { gasUsed, checksum } = tally.summary();
  return { outcomes, stateDigest, gasUsed, checksum, durationNs };
}

/** One machine's side of the comparison: everything that must be equal for a ratio to mean something. */
export interface Evidence {
  readonly backendName: string;
  readonly setupOutcomes: readonly Outcome[];
  readonly round: Round;
}

/**
 * The first difference between the machines, in one line, or undefined if all agree. Compared are status, output and
 * events of every call, set-up included, and the digest of all accounts; gas is each machine's own.
 */
export function findDifference(evidence: readonly Evidence[]): string | undefined {
  return (
    differenceIn('in set-up step', evidence, ({ setupOutcomes }) => setupOutcomes) ??
    differenceIn('in call', evidence, ({ round }) => round.outcomes) ??
    differenceInState(evidence)
  );
}

function differenceIn(
  what: string,
  evidence: readonly Evidence[],
  outcomesOf: (one: Evidence) => readonly Outcome[],
): string | undefined {
  const counts = evidence.map((one) => outcomesOf(one).length);
  if (new Set(counts).size > 1) return `the machines differ in how many outcomes there are: ${counts.join(', ')}`;
  for (let step = 0; step < (counts[0] ?? 0); step++) {
    const [finding] = judge(
      evidence.map((one) => ({ name: one.backendName, observation: alone(outcomesOf(one)[step] as Outcome) })),
    );
    if (finding === undefined) continue;
    const { backends, field, left, right } = finding;
    return `${backends.join(' and ')} differ ${what} ${step}, ${field}: ${left} and ${right}`;
  }
  return undefined;
}

function differenceInState([first, ...others]: readonly Evidence[]): string | undefined {
  const other = others.find(({ round }) => round.stateDigest !== first?.round.stateDigest);
  return other && `${first?.backendName} and ${other.backendName} differ in the state they leave`;
}

/** An outcome without a world around it. */
function alone(outcome: Outcome): Observation {
  return { outcome, accounts: [], stateDigest: '' };
}
