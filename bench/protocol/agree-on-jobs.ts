import type { ContractCase, Workload } from '../../contracts/contract-case.ts';
import type { Backend } from '../../engine/backend.ts';
import { agreeOnLoads, type Load } from '../agree.ts';
import { openPlannedSession, type Session } from '../session.ts';
import { planSession } from '../session-plan.ts';
import type { ProtocolPlan } from './protocol-plan.ts';
import type { SlotJob } from './slot-job.ts';

/** What one machine does in every process for one workload. */
export interface PlannedSlot {
  /** The machine's name; the second copy of the one that is held against itself has a stroke. */
  readonly name: string;
  readonly job: SlotJob;
  readonly operationsPerBatch: number;
  /** Undefined on a machine that does not meter. */
  readonly gasPerOperation: number | undefined;
}

/** Which machine runs twice: the native one, against which the others are seen, or else the subject. */
export function duplicateOf(names: readonly string[]): string {
  return names.includes('native') ? 'native' : (names[0] as string);
}

export function duplicateName(name: string): string {
  return `${name}'`;
}

/**
 * Runs the workload on all machines in this process and fixes what they are timed on, or says where they differ.
 *
 * @throws InputRejected if the set-up fails.
 */
export async function agreeOnJobs(
  contract: ContractCase,
  workload: Workload,
  backends: readonly Backend[],
  scheduleId: string,
  plan: ProtocolPlan,
): Promise<readonly PlannedSlot[] | string> {
  const sessionPlan = planSession(contract, workload);
  const sessions: Session[] = [];
  try {
    for (const backend of backends) sessions.push(await openPlannedSession(backend, sessionPlan));
    const label = `${contract.id}/${workload.id}`;
    const loads = await agreeOnLoads(sessions, sessions.length, plan.batchNs, label);
    if (typeof loads === 'string') return loads;
    const slots = backends.map((backend, at): PlannedSlot => {
      const { repeats, round } = loads[at] as Load;
      const operationsPerBatch = repeats * sessionPlan.messages.length * workload.operationsPerCall;
      const job: SlotJob = {
        kind: 'slot',
        backend: backend.name,
        scheduleId,
        session: sessionPlan,
        repeats,
        expectedChecksum: round.checksum,
        expectedStateDigest: round.stateDigest,
        plan: plan.slot,
      };
      const gasPerOperation = backend.isMetered ? Number(round.gasUsed) / operationsPerBatch : undefined;
      return { name: backend.name, job, operationsPerBatch, gasPerOperation };
    });
    const twice = duplicateOf(backends.map(({ name }) => name));
    const original = slots.find(({ name }) => name === twice) as PlannedSlot;
    return [...slots, { ...original, name: duplicateName(twice) }];
  } finally {
    for (const { world } of sessions) await world.close();
  }
}
