import type { ContractCase, Workload } from '../../contracts/contract-case.ts';
import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { agreeOnLoads, isAgreed, type Load, type NotTimed } from '../agree.ts';
import { openPlannedSession, type Session } from '../session.ts';
import { planSession, type SessionPlan } from '../session-plan.ts';
import { type BenchMachine, isAnchored } from './bench-machine.ts';
import type { ProtocolPlan } from './protocol-plan.ts';
import type { SlotJob } from './slot-job.ts';

/** What one machine does in every process for one workload. */
export interface PlannedSlot {
  /** The machine's name; the second copy of the one that is held against itself has a stroke. */
  readonly name: string;
  readonly isAnchor: boolean;
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
 * Runs the workload on all machines in this process and fixes what they are timed on, or says why not. Machines
 * that have no code for the contract are left out, and so are anchors where the workload is not for them.
 *
 * @throws InputRejected if the set-up fails, EngineError `no-code` if the subject has none.
 */
export async function agreeOnJobs(
  contract: ContractCase,
  workload: Workload,
  machines: readonly BenchMachine[],
  scheduleId: string,
  plan: ProtocolPlan,
): Promise<readonly PlannedSlot[] | NotTimed> {
  const sessionPlan = planSession(contract, workload);
  const wanted = machines.filter(({ isAnchor }) => !isAnchor || isAnchored(contract, workload));
  const sessions = new Map<Backend, Session>();
  try {
    for (const { backend } of wanted) {
      if (sessions.has(backend)) continue;
      const session = await openWhereThereIsCode(backend, sessionPlan);
      if (session !== undefined) sessions.set(backend, session);
      else if (sessions.size === 0) throw new EngineError('no-code', `${backend.name} has no code of ${contract.id}`);
    }
    const backends = [...sessions.keys()];
    const label = `${contract.id}/${workload.id}`;
    const loads = await agreeOnLoads([...sessions.values()], plan.batchNs, label, workload.mayFail === true);
    if (!isAgreed(loads)) return loads;
    const slots = wanted.flatMap(({ name, backend, isAnchor }): readonly PlannedSlot[] => {
      const load: Load | undefined = loads[backends.indexOf(backend)];
      if (load === undefined) return [];
      const { repeats, round, gasOnce } = load;
      const operationsOnce = sessionPlan.messages.length * workload.operationsPerCall;
      const operationsPerBatch = repeats * operationsOnce;
      const job: SlotJob = {
        kind: 'slot',
        machine: name,
        scheduleId,
        session: sessionPlan,
        repeats,
        expectedChecksum: round.checksum,
        expectedGas: backend.isMetered ? round.gasUsed : undefined,
        expectedStateDigest: round.stateDigest,
        plan: plan.slot,
      };
      const gasPerOperation = backend.isMetered ? Number(gasOnce) / operationsOnce : undefined;
      return [{ name, isAnchor, job, operationsPerBatch, gasPerOperation }];
    });
    const twice = duplicateOf(slots.map(({ name }) => name));
    const original = slots.find(({ name }) => name === twice) as PlannedSlot;
    // A job of its own: what is made ready for one serves no other.
    return [...slots, { ...original, name: duplicateName(twice), job: { ...original.job } }];
  } finally {
    for (const { world } of sessions.values()) await world.close();
  }
}

async function openWhereThereIsCode(backend: Backend, plan: SessionPlan): Promise<Session | undefined> {
  try {
    return await openPlannedSession(backend, plan);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'no-code') return undefined;
    throw error;
  }
}
