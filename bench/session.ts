import type { ContractCase, Workload } from '../contracts/contract-case.ts';
import type { Backend, DeployResult, World } from '../engine/backend.ts';
import type { CallMessage } from '../engine/context.ts';
import type { Outcome } from '../engine/outcome.ts';
import { deployAll, fundedWorld, prepareAll } from '../harness/session/stand-up.ts';
import { contractCode } from '../harness/subjects/contract-code.ts';
import { timeNs } from './sample.ts';
import type { SessionPlan } from './session-plan.ts';

/** What came before the first call, in nanoseconds, companions included. */
export interface OpeningTimes {
  /** From the artifact to code that can run: instrument and compile, or find and load what the C++ compiler built. */
  readonly prepareNs: number;
  /** Instantiate and run the constructor. */
  readonly deployNs: number;
  readonly setupNs: number;
}

/** A workload standing ready on one machine: deployed, set up, its calls encoded. */
export interface Session {
  readonly backend: Backend;
  readonly world: World;
  readonly messages: readonly CallMessage[];
  /** Of the constructor and then the set-up calls: part of what the machines have to agree on. */
  readonly setupOutcomes: readonly Outcome[];
  readonly opening: OpeningTimes;
}

/**
 * A fresh world with the contract deployed, every named account funded, and the workload's set-up done.
 *
 * @throws InputRejected for calls that do not fit the ABI, EngineError `not-deployed` for a companion that does not deploy and `no-code`
 * where the machine has no part of the contract.
 */
export async function openSession(backend: Backend, contract: ContractCase, workload: Workload): Promise<Session> {
  // Loads the call encoder, which a process that gets its plan from another one does without.
  const { planSession } = await import('./session-plan.ts');
  return openPlannedSession(backend, planSession(contract, workload));
}

/** @throws EngineError `not-deployed` for a companion that does not deploy. */
export async function openPlannedSession(backend: Backend, plan: SessionPlan): Promise<Session> {
  const { deployments, setup, messages } = plan;
  const world = await fundedWorld(backend, plan);
  try {
    const [programs, prepareNs] = await timeNs(() => prepareAll(backend, deployments.map(contractCode)));
    const constructors = deployments.map(({ message }) => message);
    const [deployed, deployNs] = await timeNs(() => deployAll(world, programs, constructors));
    const [setupResults, setupNs] = await timeNs(() => world.callMany(setup));
    const setupOutcomes = [(deployed.at(-1) as DeployResult).outcome, ...setupResults];
    return { backend, world, messages, setupOutcomes, opening: { prepareNs, deployNs, setupNs } };
  } catch (error) {
    await world.close();
    throw error;
  }
}
