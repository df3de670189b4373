import { InputRejected } from '../contracts/input-rejected.ts';
import { type Outcome, trapName } from '../engine/outcome.ts';
import { type Evidence, findDifference, type Round, runRound } from './gate.ts';
import { timeNs } from './sample.ts';
import type { Session } from './session.ts';

/** Bounds the memory that a batch takes. */
const MAX_BATCH_CALLS = 4096;
/** Bounds how long a slow subject is kept busy by a fast machine's batch. */
const MAX_SUBJECT_NS = 200e6;
const MAX_TRIAL_RUNS = 100;

/** The batch that a machine is timed on: the workload's calls so often, and what that has to come to. */
export interface Load {
  readonly repeats: number;
  readonly round: Round;
  /** Gas of the workload's calls done once: how often they are repeated follows the machine's speed. */
  readonly gasOnce: bigint;
}

/** Why a workload is not timed: machines differ, or all of them agree that its calls fail, so that its time is not that of the work. */
export type NotTimed =
  | { readonly difference: string; readonly failure?: undefined }
  | { readonly difference?: undefined; readonly failure: string };

/**
 * Each machine's batch, with what it has to come to; or, in words, why there is nothing to time. Batches are long enough that
 * starting one costs nothing beside running it, and each is held against the subject on exactly its own length.
 *
 * @param sessions The first is the subject.
 * @param label For errors.
 * @param mayFail Whether the workload is for calls that fail.
 * @throws InputRejected if the machines agree that the set-up fails: what would then be timed is not the workload.
 */
export async function agreeOnLoads(
  sessions: readonly Session[],
  batchNs: number,
  label: string,
  mayFail: boolean,
): Promise<readonly Load[] | NotTimed> {
  const once: Round[] = [];
  for (const session of sessions) once.push(await runWarmRound(session, batchNs));
  const difference = findDifference(sessions.map((session, slot) => evidence(session, once[slot] as Round)));
  if (difference !== undefined) return { difference };
  checkSetup(label, sessions[0] as Session);
  const failure = mayFail ? undefined : findFailure((once[0] as Round).outcomes);
  if (failure !== undefined) return { failure };

  const subject = sessions[0] as Session;
  const subjectNs = (once[0] as Round).durationNs;
  const loads: Load[] = [];
  for (const [slot, session] of sessions.entries()) {
    const wanted = batchNs / (once[slot] as Round).durationNs;
    const bound = Math.min(MAX_BATCH_CALLS / session.messages.length, MAX_SUBJECT_NS / subjectNs);
    const repeats = Math.max(1, Math.floor(Math.min(wanted, bound)));
    const round = await runRound(session, repeated(session.messages, repeats));
    if (slot > 0) {
      const subjectRound = await runRound(subject, repeated(subject.messages, repeats));
      const longer = findDifference([evidence(subject, subjectRound), evidence(session, round)]);
      if (longer !== undefined) return { difference: longer };
    }
    const late = mayFail ? undefined : findFailure(round.outcomes);
    if (late !== undefined) return { failure: `${late}, of ${repeats} rounds in a row` };
    loads.push({ repeats, round, gasOnce: (once[slot] as Round).gasUsed });
  }
  return loads;
}

export function isAgreed<T>(agreement: readonly T[] | NotTimed): agreement is readonly T[] {
  return Array.isArray(agreement);
}

export function repeated<T>(items: readonly T[], times: number): readonly T[] {
  return Array.from({ length: times }, () => items).flat();
}

/**
 * What the workload comes to, and how long it takes where machines are timed: as a batch, and not the first time, which is
 * mostly compilation. The shortest of some runs, because a disturbance would make the batch too short.
 */
async function runWarmRound(session: Session, batchNs: number): Promise<Round> {
  const round = await runRound(session, session.messages);
  if (round.durationNs > 10 * batchNs) return round;
  const { world, messages } = session;
  const batch = await world.loadBatch(messages);
  const before = await world.snapshot();
  let shortestNs = round.durationNs;
  let spentNs = 0;
  for (let run = 0; run < MAX_TRIAL_RUNS && spentNs < 10 * batchNs; run++) {
    const [, ns] = await timeNs(() => batch.run());
    await world.restore(before);
    shortestNs = Math.min(shortestNs, ns);
    spentNs += ns;
  }
  return { ...round, durationNs: shortestNs };
}

function evidence({ backend, setupOutcomes }: Session, round: Round): Evidence {
  return { backendName: backend.name, setupOutcomes, round };
}

function findFailure(outcomes: readonly Outcome[]): string | undefined {
  const at = outcomes.findIndex(({ status }) => status !== 'success');
  const outcome = outcomes[at];
  if (outcome === undefined) return undefined;
  return `call ${at} ${outcome.status === 'trap' ? `traps (${trapName(outcome.code)})` : 'reverts'}`;
}

function checkSetup(label: string, { setupOutcomes }: Session): void {
  const failed = setupOutcomes.findIndex(({ status }) => status !== 'success');
  if (failed === 0) throw new InputRejected(label, 'the constructor fails');
  if (failed > 0) throw new InputRejected(label, `set-up call ${failed} fails`);
}
