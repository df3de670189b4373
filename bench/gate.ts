import { BatchTally } from '../engine/batch-tally.ts';
import type { CallMessage } from '../engine/context.ts';
import type { Outcome } from '../engine/outcome.ts';
import { firstDifference } from '../harness/agreement/compare.ts';
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
  const [first, ...others] = evidence;
  if (first === undefined) return undefined;
  for (const other of others) {
    const names = `${first.backendName} and ${other.backendName}`;
    const setup = differenceOf(first.setupOutcomes, other.setupOutcomes);
    if (setup !== undefined) return `${names} differ in set-up step ${setup}`;
    const call = differenceOf(first.round.outcomes, other.round.outcomes);
    if (call !== undefined) return `${names} differ in call ${call}`;
    if (first.round.stateDigest !== other.round.stateDigest) return `${names} differ in the state they leave`;
  }
  return undefined;
}

/** Which step differs first, and in what. */
function differenceOf(a: readonly Outcome[], b: readonly Outcome[]): string | undefined {
  if (a.length !== b.length) return `count, ${a.length} and ${b.length}`;
  for (const [step, outcome] of a.entries()) {
    const difference = firstDifference(alone(outcome), alone(b[step] as Outcome));
    if (difference !== undefined) return `${step}, ${difference.field}: ${difference.left} and ${difference.right}`;
  }
  return undefined;
}

/** An outcome without a world around it. */
function alone(outcome: Outcome): Observation {
  return { outcome, accounts: [], stateDigest: '' };
}
