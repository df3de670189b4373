import type { ContractCase, Workload } from '../contracts/contract-case.ts';
import { InputRejected } from '../contracts/input-rejected.ts';
import { stylusAbi } from '../engine/abi/stylus/stylus-abi.ts';
import type { Backend, ContractCode, World } from '../engine/backend.ts';
import type { CallMessage } from '../engine/context.ts';
import type { Outcome } from '../engine/outcome.ts';
import { timeNs } from './sample.ts';
import type { Artifacts, SessionPlan } from './session-plan.ts';

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

export function contractCode({ id, wasm, wasmPorts, evmInitcode, nativeSource }: Artifacts): ContractCode {
  return {
    name: id,
    wasm: { bytes: wasm, abi: stylusAbi, ports: wasmPorts },
    evm: { initcode: evmInitcode },
    native: { sourceFile: nativeSource },
  };
}

/**
 * A fresh world with the contract deployed, every named account funded, and the workload's set-up done.
 *
 * @throws InputRejected for calls that do not fit the ABI, and for a companion that does not deploy; EngineError `no-code` where the machine has no part of it.
 */
export async function openSession(backend: Backend, contract: ContractCase, workload: Workload): Promise<Session> {
  // Loads the call encoder, which a process that gets its plan from another one does without.
  const { planSession } = await import('./session-plan.ts');
  return openPlannedSession(backend, planSession(contract, workload));
}

/** @throws InputRejected for a companion that does not deploy. */
export async function openPlannedSession(backend: Backend, plan: SessionPlan): Promise<Session> {
  const { balances, deployments, setup, messages } = plan;
  const world = await backend.createWorld();
  for (const { address, wei } of balances) await world.setBalance(address, wei);
  const outcomes: Outcome[] = [];
  let [prepareNs, deployNs] = [0, 0];
  for (const deployment of deployments) {
    const [program, programNs] = await timeNs(() => backend.prepare(contractCode(deployment)));
    const [{ outcome }, worldNs] = await timeNs(() => world.deploy(program, deployment.message));
    prepareNs += programNs;
    deployNs += worldNs;
    outcomes.push(outcome);
  }
  const failed = outcomes.slice(0, -1).findIndex(({ status }) => status !== 'success');
  if (failed !== -1) {
    const [companion, own] = [deployments[failed], deployments[deployments.length - 1]];
    throw new InputRejected(own?.id ?? '', `${companion?.id} does not deploy`);
  }
  const [setupResults, setupNs] = await timeNs(() => world.callMany(setup));
  const setupOutcomes = [...outcomes.slice(-1), ...setupResults];
  return { backend, world, messages, setupOutcomes, opening: { prepareNs, deployNs, setupNs } };
}
