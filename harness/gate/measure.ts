import type { ArgumentText } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import type { DeployResult, Program } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { type Observation, observe } from '../agreement/observe.ts';
import { placedSteps } from '../session/placed-steps.ts';
import type { Sequence } from '../session/sequence.ts';
import { callMessage, deployedWorld, prepareAll } from '../session/stand-up.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import { type DescribedSubject, partsOf } from '../subjects/subject.ts';
import type { Meter } from './meters.ts';
import { type Behaviour, behaviourOf, callText, constructorEntry, entryOf, type Receipt } from './receipt.ts';
import { shortened } from './shortened.ts';

/** Calls that are held one after the other, on a contract that was deployed for them. */
export interface GateSequence {
  /** `examples`, the id of a workload, the name of a script. */
  readonly id: string;
  /** Default: the subject's. */
  readonly constructorArgs?: readonly ArgumentText[] | undefined;
  readonly calls: readonly ReplayCall[];
}

/** A meter with the contract and its companions compiled for it. */
export interface PreparedMeter extends Meter {
  readonly programs: readonly Program[];
}

export async function prepareMeters(
  meters: readonly Meter[],
  subject: DescribedSubject,
): Promise<readonly PreparedMeter[]> {
  const prepared: PreparedMeter[] = [];
  for (const meter of meters) prepared.push({ ...meter, programs: await prepareAll(meter.backend, partsOf(subject)) });
  return prepared;
}

/**
 * What the deployment and each call come to, under every schedule. Where the deployment fails, it is all there is.
 *
 * @throws InputRejected for calls that cannot be encoded, and for gas limits where gas is counted in several units; EngineError.
 */
export async function measure(
  subject: DescribedSubject,
  meters: readonly PreparedMeter[],
  { id, constructorArgs = subject.constructorArgs, calls }: GateSequence,
): Promise<readonly Receipt[]> {
  const limited = calls.findIndex(({ gasLimit }) => gasLimit !== undefined);
  if (limited !== -1 && meters.length > 1) {
    const ids = meters.map((meter) => meter.id).join(', ');
    throw new InputRejected(id, `call ${limited + 1} has a gas limit, which means different things under ${ids}`);
  }
  const sequence = subject.encode(constructorArgs, calls);
  const lanes: { readonly id: string; readonly observations: readonly Observation[] }[] = [];
  for (const meter of meters) lanes.push({ id: meter.id, observations: await observeAll(meter, sequence) });
  const length = Math.max(...lanes.map(({ observations }) => observations.length));
  return Array.from({ length }, (_, step) => {
    const call = step === 0 ? undefined : calls[step - 1];
    const rows = lanes.flatMap(({ id, observations }) => {
      const observation = observations[step];
      if (observation === undefined) return [];
      return [{ id, gas: observation.outcome.gasUsed, behaviour: behaviourOf(subject, call, observation) }];
    });
    const behaviour = rows[0]?.behaviour as Behaviour;
    const others = rows.filter((row) => !isSame(row.behaviour, behaviour));
    return {
      entry: call === undefined ? constructorEntry : entryOf(call),
      call: call === undefined ? deploymentText(constructorArgs) : callText(call),
      gas: Object.fromEntries(rows.map(({ id, gas }) => [id, gas])),
      ...behaviour,
      otherwise: Object.fromEntries(others.map((row) => [row.id, row.behaviour])),
    };
  });
}

function deploymentText(args: readonly ArgumentText[]): string {
  return shortened(`${constructorEntry}(${args.map((arg) => JSON.stringify(arg)).join(', ')}) by deployer`, 160);
}

function isSame(left: Behaviour, right: Behaviour): boolean {
  return (['status', 'result', 'events', 'digest'] as const).every((field) => left[field] === right[field]);
}

async function observeAll(meter: PreparedMeter, sequence: Sequence): Promise<readonly Observation[]> {
  const { backend, programs, gasLimit } = meter;
  const { world, results } = await deployedWorld(backend, programs, sequence, gasLimit);
  try {
    const contract = results.at(-1) as DeployResult;
    const addresses = results.flatMap(({ address }) => address ?? []).toReversed();
    const observations = [await observe(world, contract.outcome, addresses)];
    if (contract.outcome.status !== 'success') return observations;
    const address = deployedAddress(contract, programs.at(-1));
    for (const { call, block } of placedSteps(sequence)) {
      if (block !== undefined) await world.setBlock(block);
      observations.push(await observe(world, await world.call(callMessage(call, address, gasLimit)), addresses));
    }
    return observations;
  } finally {
    await world.close();
  }
}
