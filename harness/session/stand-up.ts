import type { Backend, ContractCode, DeployResult, Program, World } from '../../engine/backend.ts';
import type { CallMessage, DeployMessage } from '../../engine/context.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import { keepsOrder } from '../../engine/keeps-order.ts';
import type { Sequence, Step } from './sequence.ts';

/** A world in which nothing has happened but that accounts have money. */
export async function fundedWorld(
  backend: Backend,
  { balances, block }: Pick<Sequence, 'balances' | 'block'>,
): Promise<World> {
  const world = await backend.createWorld(block);
  try {
    const set = ({ address, wei }: Sequence['balances'][number]) => world.setBalance(address, wei);
    if (keepsOrder(world)) await Promise.all(balances.map(set));
    else for (const balance of balances) await set(balance);
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** The contract's parts compiled for a machine, in the order of their deployment. @throws whatever `Backend.prepare` throws */
export async function prepareAll(backend: Backend, parts: readonly ContractCode[]): Promise<readonly Program[]> {
  const programs: Program[] = [];
  for (const part of parts) programs.push(await backend.prepare(part));
  return programs;
}

/** Of the companions and, last, of the contract. @param gas Where a step names no limit. */
export function deployMessages({ companions = [], deployment }: Sequence, gas: bigint): readonly DeployMessage[] {
  return [...companions, deployment].map(({ from, value, input, gasLimit = gas }) => {
    return { deployer: from, value, input, gasLimit };
  });
}

/** @param contract Where it lives. @param gas Where the step names no limit. */
export function callMessage(
  { from, to, value, input, gasLimit }: Step,
  contract: Uint8Array,
  gas: bigint,
): CallMessage {
  return { caller: from, to: to ?? contract, value, input, gasLimit: gasLimit ?? gas };
}

/**
 * Deploys companions and, last, the contract itself, whose deployment may fail like any call.
 *
 * @throws EngineError `not-deployed` for a companion whose constructor fails, because what would follow is not what was meant;
 * and for a constructor that leaves no code, because machines without code agree on everything.
 */
export async function deployAll(
  world: World,
  programs: readonly Program[],
  messages: readonly DeployMessage[],
): Promise<readonly DeployResult[]> {
  const results: DeployResult[] = [];
  for (const [at, program] of programs.entries()) {
    const result = await world.deploy(program, messages[at] as DeployMessage);
    if (at < programs.length - 1) deployedAddress(result, program);
    if (result.address !== undefined && !result.hasCode) {
      const what = `${program.name} does not deploy on ${program.backend}`;
      throw new EngineError('not-deployed', `${what}: its constructor leaves no code`);
    }
    results.push(result);
  }
  return results;
}

/**
 * A world in which nothing has happened but that accounts have money and the contract and its companions were deployed. What
 * throws leaves no world open.
 *
 * @param programs In the order of their deployment.
 * @param gas Where a step names no limit.
 * @throws EngineError `not-deployed` for a companion
 */
export async function deployedWorld(
  backend: Backend,
  programs: readonly Program[],
  sequence: Sequence,
  gas: bigint,
): Promise<{ readonly world: World; readonly results: readonly DeployResult[] }> {
  const world = await fundedWorld(backend, sequence);
  try {
    return { world, results: await deployAll(world, programs, deployMessages(sequence, gas)) };
  } catch (error) {
    await world.close();
    throw error;
  }
}
