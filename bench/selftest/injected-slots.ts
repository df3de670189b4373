import type { ContractCase, Workload } from '../../contracts/contract-case.ts';
import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { isAgreed, repeated } from '../agree.ts';
import { runRound } from '../gate.ts';
import { agreeOnJobs, type PlannedSlot } from '../protocol/agree-on-jobs.ts';
import { headlineMachines } from '../protocol/bench-machine.ts';
import type { ProtocolPlan } from '../protocol/protocol-plan.ts';
import { openSession } from '../session.ts';

/** All factors are hundredths, so with so many calls the injected ones are a whole number. */
const CALLS_UNIT = 100;

/** Copies of one machine, the first as it is and the others with `factor` times the calls that they say they run. */
export async function injectedSlots(
  contract: ContractCase,
  workload: Workload,
  backend: Backend,
  scheduleId: string,
  factors: readonly number[],
  plan: ProtocolPlan,
): Promise<readonly PlannedSlot[]> {
  const agreed = await agreeOnJobs(contract, workload, headlineMachines([backend]), scheduleId, plan);
  if (!isAgreed(agreed)) throw new EngineError('internal', agreed.difference ?? agreed.failure);
  const original = agreed[0] as PlannedSlot;
  const units = Math.max(1, Math.round(original.job.repeats / CALLS_UNIT));
  const session = await openSession(backend, contract, workload);
  const slots: PlannedSlot[] = [];
  for (const factor of [1, ...factors]) {
    const repeats = Math.round(units * CALLS_UNIT * factor);
    const { checksum, gasUsed, stateDigest } = await runRound(session, repeated(session.messages, repeats));
    const expected = { expectedChecksum: checksum, expectedGas: gasUsed, expectedStateDigest: stateDigest };
    const job = { ...original.job, repeats, ...expected };
    const operationsPerBatch = units * CALLS_UNIT * session.messages.length * workload.operationsPerCall;
    slots.push({ ...original, job, operationsPerBatch });
  }
  await session.world.close();
  return slots;
}
