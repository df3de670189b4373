import type { Backend, ContractCode, DeployResult, World } from '../../engine/backend.ts';
import { equalBytes } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { noChain, type Recording, type RecordOptions } from '../../engine/recording.ts';
import { encodeObservation, type Observation, observe } from '../agreement/observe.ts';
import { placedSteps } from '../session/placed-steps.ts';
import type { Sequence } from '../session/sequence.ts';
import { callMessage, deployMessages, fundedWorld, prepareAll } from '../session/stand-up.ts';

/** One step of a sequence, on a world in which all steps before it have been run. */
export interface RecordableStep {
  readonly world: World;
  /** Of the contract, once it is there, and the companions. */
  addresses(): readonly Uint8Array[];
  /** Runs it, and takes nothing back. */
  run(): Promise<Outcome>;
}

/** What a step came to, recorded and as it usually runs. */
export interface RecordedCall {
  readonly recording: Recording;
  readonly recorded: Observation;
  readonly usual: Observation;
  /** Whether the two are equal, gas too. If not, the machine's usual form and the one that can be recorded do not agree. */
  readonly isAsUsual: boolean;
}

/**
 * Stands a contract up on a machine, step by step: 0 is the deployment, 1 the first call. Each is handed to `visit`, which leaves
 * the world as the step does. Ends early where `visit` returns false, or the contract did not deploy.
 *
 * @throws EngineError `bad-argument` for a machine that cannot record.
 */
export async function visitSteps(
  backend: Backend,
  parts: readonly ContractCode[],
  sequence: Sequence,
  gasLimit: bigint,
  visit: (step: RecordableStep, number: number) => Promise<boolean>,
): Promise<void> {
  const programs = await prepareAll(backend, parts);
  const world = await fundedWorld(backend, sequence);
  try {
    if (world.record === undefined) throw new EngineError('bad-argument', `${backend.name} cannot record what it does`);
    const messages = deployMessages(sequence, gasLimit);
    const addresses: Uint8Array[] = [];
    for (const [at, program] of programs.slice(0, -1).entries()) {
      addresses.push(deployedAddress(await world.deploy(program, messages[at] as (typeof messages)[0]), program));
    }
    const last = programs.length - 1;
    let result: DeployResult | undefined;
    const deploy = async (): Promise<Outcome> => {
      result = await world.deploy(programs[last] as (typeof programs)[0], messages[last] as (typeof messages)[0]);
      return result.outcome;
    };
    const all = () => (result?.address === undefined ? addresses : [result.address, ...addresses]);
    if (!(await visit({ world, addresses: all, run: deploy }, 0))) return;
    const to = result?.address;
    if (to === undefined) return;
    for (const [at, { call, block }] of placedSteps(sequence).entries()) {
      if (block !== undefined) await world.setBlock(block);
      const run = () => world.call(callMessage(call, to, gasLimit));
      if (!(await visit({ world, addresses: all, run }, at + 1))) return;
    }
  } finally {
    await world.close();
  }
}

/** Runs a step twice, as usual and recorded, and leaves the world as the second one does. */
export async function recordStep(step: RecordableStep, options: RecordOptions): Promise<RecordedCall> {
  const { world, addresses, run } = step;
  const before = await world.snapshot();
  const usual = await observe(world, await run(), addresses());
  await world.restore(before);
  const { outcome, recording } = await runRecorded(step, options);
  const recorded = await observe(world, outcome, addresses());
  const isAsUsual =
    usual.outcome.gasUsed === outcome.gasUsed && equalBytes(encodeObservation(usual), encodeObservation(recorded));
  return { recording, recorded, usual, isAsUsual };
}

export async function runRecorded(
  { world, run }: RecordableStep,
  options: RecordOptions,
): Promise<{ readonly outcome: Outcome; readonly recording: Recording }> {
  await world.record?.(options);
  const outcome = await run();
  return { outcome, recording: (await world.takeRecording?.()) as Recording };
}

/** Every step of a sequence; each chain goes on from the one before. */
export async function recordSequence(
  backend: Backend,
  parts: readonly ContractCode[],
  sequence: Sequence,
  gasLimit: bigint,
  options: RecordOptions,
): Promise<readonly RecordedCall[]> {
  const calls: RecordedCall[] = [];
  let after = options.after ?? noChain;
  await visitSteps(backend, parts, sequence, gasLimit, async (step) => {
    const call = await recordStep(step, { ...options, after });
    after = call.recording.end.chain;
    calls.push(call);
    return true;
  });
  return calls;
}
