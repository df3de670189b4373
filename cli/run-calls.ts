import type { Backend, DeployResult } from '../engine/backend.ts';
import { defaultGasLimit } from '../engine/context.ts';
import { deployedAddress } from '../engine/deployed-address.ts';
import { type Observation, observe } from '../harness/agreement/observe.ts';
import { placedSteps } from '../harness/session/placed-steps.ts';
import type { Sequence } from '../harness/session/sequence.ts';
import { callMessage, deployedWorld, prepareAll } from '../harness/session/stand-up.ts';
import { partsOf, type Subject } from '../harness/subjects/subject.ts';

/**
 * What each call of a sequence comes to, on a world of its own.
 *
 * @param onDeployed Told before the calls where the companions and, last, the contract live.
 * @throws EngineError `not-deployed`
 */
export async function runCalls(
  backend: Backend,
  subject: Subject,
  sequence: Sequence,
  gasLimit: bigint,
  onDeployed: (addresses: readonly Uint8Array[]) => void = () => {},
): Promise<readonly Observation[]> {
  const programs = await prepareAll(backend, partsOf(subject));
  const { world, results } = await deployedWorld(backend, programs, sequence, defaultGasLimit);
  try {
    const address = deployedAddress(results.at(-1) as DeployResult, programs.at(-1));
    onDeployed(results.map((result) => deployedAddress(result)));
    const observations: Observation[] = [];
    for (const { call, block } of placedSteps(sequence)) {
      if (block !== undefined) await world.setBlock(block);
      const outcome = await world.call(callMessage(call, address, gasLimit));
      observations.push(await observe(world, outcome, [address]));
    }
    return observations;
  } finally {
    await world.close();
  }
}
