import type { Backend, DeployResult } from '../engine/backend.ts';
import { defaultGasLimit } from '../engine/context.ts';
import { deployedAddress } from '../engine/deployed-address.ts';
import { type Observation, observe } from '../harness/agreement/observe.ts';
import type { Sequence, Step } from '../harness/session/sequence.ts';
import { callMessage, deployedWorld, prepareAll } from '../harness/session/stand-up.ts';
import { partsOf, type Subject } from '../harness/subjects/subject.ts';

/**
 * What the first call of a sequence comes to, on a world of its own.
 *
 * @param onDeployed Told before the call where the companions and, last, the contract live.
 * @throws EngineError `not-deployed`
 */
export async function runOnce(
  backend: Backend,
  subject: Subject,
  sequence: Sequence,
  gasLimit: bigint,
  onDeployed: (addresses: readonly Uint8Array[]) => void = () => {},
): Promise<Observation> {
  const programs = await prepareAll(backend, partsOf(subject));
  const { world, results } = await deployedWorld(backend, programs, sequence, defaultGasLimit);
  try {
    const address = deployedAddress(results.at(-1) as DeployResult, programs.at(-1));
    onDeployed(results.map((result) => deployedAddress(result)));
    const outcome = await world.call(callMessage(sequence.calls[0] as Step, address, gasLimit));
    return await observe(world, outcome, [address]);
  } finally {
    await world.close();
  }
}
