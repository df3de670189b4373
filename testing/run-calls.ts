import type { ArgumentText } from '../contracts/contract-case.ts';
import type { Backend, DeployResult, World } from '../engine/backend.ts';
import { type BlockContext, defaultGasLimit } from '../engine/context.ts';
import { deployedAddress } from '../engine/deployed-address.ts';
import type { Outcome } from '../engine/outcome.ts';
import type { Schedule } from '../engine/schedule.ts';
import { defaultSchedule } from '../engine/schedules.ts';
import { callText, resultText } from '../harness/gate/receipt.ts';
import { defaultMachinesFor } from '../harness/machines/register.ts';
import type { CallArgument } from '../harness/session/call-argument.ts';
import { placedSteps } from '../harness/session/placed-steps.ts';
import type { Step } from '../harness/session/sequence.ts';
import { callMessage, deployedWorld, prepareAll } from '../harness/session/stand-up.ts';
import type { ReplayCall } from '../harness/subjects/replay-call.ts';
import { type DescribedSubject, partsOf } from '../harness/subjects/subject.ts';
import { ExpectationFailed } from './expectation-failed.ts';
import { sharedMachine } from './shared-machine.ts';
import { type TestCall, writtenCall } from './test-call.ts';

export interface RunCallsOptions {
  /** A name in the register, or a machine of your own; default: the first that `trimeter check` takes for the contract. */
  readonly machine?: string | Backend;
  /** Of a machine that is given by name. Default `flatV2Schedule`. */
  readonly schedule?: Schedule;
  /** Default: the subject's. */
  readonly constructorArgs?: readonly ArgumentText[];
  readonly block?: BlockContext;
}

/** A call that was made, and the contract as it left it. */
export interface CalledStep {
  /** From 0. */
  readonly index: number;
  readonly call: ReplayCall;
  /** The call as people read it: `transfer("bob", "5") by alice`. */
  readonly text: string;
  readonly outcome: Outcome;
  /** What it returned or failed with, decoded where it can be. */
  readonly result: string;
  /**
   * What a method returns now, decoded as text. The contract stays as it was. Only while the step is looked at.
   *
   * @throws ExpectationFailed where it does not succeed.
   */
  read(method: string, args?: readonly CallArgument[], caller?: string): Promise<string>;
}

/**
 * Deploys a contract in a world of its own, makes the calls one after the other, and has each looked at: the other half of a
 * property over `arbitraryCalls`.
 *
 * @param check Throws where something does not hold. What it throws ends the run.
 * @throws EngineError as `openContract`; InputRejected for calls that do not fit the contract's interface.
 *
 * @example
 * const calls = [{ method: 'transfer', args: ['bob', 5n], caller: 'deployer' }];
 * await runCalls(subject, calls, async ({ text, outcome, read }) => {
 *   console.log(text, outcome.status, await read('balanceOf', ['bob'])); // transfer("bob", "5") by deployer success 5
 * });
 */
export async function runCalls(
  subject: DescribedSubject,
  calls: readonly TestCall[],
  check: (step: CalledStep) => void | Promise<void>,
  { machine, schedule = defaultSchedule, constructorArgs = subject.constructorArgs, block }: RunCallsOptions = {},
): Promise<void> {
  const name = machine ?? (defaultMachinesFor(partsOf(subject)).names[0] as string);
  const backend = typeof name === 'string' ? await sharedMachine(name, schedule) : name;
  const written = calls.map(writtenCall);
  const sequence = { ...subject.encode(constructorArgs, written), ...(block !== undefined && { block }) };
  const programs = await prepareAll(backend, partsOf(subject));
  const { world, results } = await deployedWorld(backend, programs, sequence, defaultGasLimit);
  try {
    const address = deployedAddress(results.at(-1) as DeployResult, programs.at(-1));
    const read: CalledStep['read'] = async (method, args = [], caller) => {
      const call = writtenCall({ method, args, caller });
      const [step] = subject.encode(constructorArgs, [call]).calls;
      const outcome = await undone(world, () => world.call(callMessage(step as Step, address, defaultGasLimit)));
      const result = resultText(subject, call, outcome);
      if (outcome.status === 'success') return result;
      throw new ExpectationFailed(`${callText(call)} was to be read and ends in ${outcome.status} ${result}`.trimEnd());
    };
    for (const [index, { call: step, block: next }] of placedSteps(sequence).entries()) {
      if (next !== undefined) await world.setBlock(next);
      const call = written[index] as ReplayCall;
      const outcome = await world.call(callMessage(step, address, defaultGasLimit));
      await check({ index, call, text: callText(call), outcome, result: resultText(subject, call, outcome), read });
    }
  } finally {
    await world.close();
  }
}

async function undone<T>(world: World, work: () => Promise<T>): Promise<T> {
  const snapshot = await world.snapshot();
  try {
    return await work();
  } finally {
    await world.restore(snapshot);
  }
}
