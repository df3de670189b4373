import type { ArgumentText } from '../../contracts/contract-case.ts';
import { checkWei } from '../../engine/argument-checks.ts';
import type { Backend, DeployResult, World } from '../../engine/backend.ts';
import { type BlockContext, defaultGasLimit } from '../../engine/context.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import type { Outcome } from '../../engine/outcome.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { openMachine } from '../machines/register.ts';
import { partsOf, type Subject } from '../subjects/subject.ts';
import { type CallArgument, writtenArgument } from './call-argument.ts';
import type { Step } from './sequence.ts';
import { callMessage, deployedWorld, prepareAll } from './stand-up.ts';

export interface OpenOptions {
  /** Of a machine that is given by name. Default `flatV2Schedule`. */
  readonly schedule?: Schedule;
  /** Default: those of the contract's manifest. */
  readonly constructorArgs?: readonly ArgumentText[];
  readonly block?: BlockContext;
}

export interface CallOptions {
  /** An account's name or a 0x address; default `alice`. */
  readonly caller?: string;
  /** Wei; default 0. */
  readonly value?: bigint;
  /** In the machine's unit; default `defaultGasLimit`. */
  readonly gasLimit?: bigint;
}

/** A contract that stands on a machine, with its companions, in a world of its own. */
export interface OpenContract {
  readonly world: World;
  /** 20 bytes. */
  readonly address: Uint8Array;
  /** @throws InputRejected for what does not fit the contract's interface. */
  call(method: string, args?: readonly CallArgument[], options?: CallOptions): Promise<Outcome>;
  /** Closes the world. */
  close(): Promise<void>;
}

/**
 * Deploys a contract on a machine, as `trimeter run` does: every named account has money, and `deployer` deploys.
 *
 * @param machine A name in the register, or a machine of your own.
 * @throws EngineError `bad-argument` for a name that is in no row, `backend-unavailable`, `no-code`, `not-deployed`; InputRejected.
 *
 * @example
 * const token = await openContract(await loadSubject('erc20'), 'wasm');
 * const outcome = await token.call('transfer', ['bob', '5'], { caller: 'deployer' });
 * console.log(outcome.status, outcome.gasUsed); // success 7884n
 * await token.close();
 */
export async function openContract(
  subject: Subject,
  machine: string | Backend,
  { schedule = defaultSchedule, constructorArgs = subject.constructorArgs, block }: OpenOptions = {},
): Promise<OpenContract> {
  const backend = typeof machine === 'string' ? await openMachine(machine, schedule) : machine;
  const sequence = { ...subject.encode(constructorArgs, []), ...(block !== undefined && { block }) };
  const programs = await prepareAll(backend, partsOf(subject));
  const { world, results } = await deployedWorld(backend, programs, sequence, defaultGasLimit);
  try {
    const address = deployedAddress(results.at(-1) as DeployResult, programs.at(-1));
    const call = async (
      method: string,
      args: readonly CallArgument[] = [],
      { caller = 'alice', value = 0n, gasLimit = defaultGasLimit }: CallOptions = {},
    ) => {
      checkWei('value', value);
      const { calls } = subject.encode(constructorArgs, [
        { method, args: args.map(writtenArgument), caller, value: String(value) },
      ]);
      return world.call(callMessage(calls[0] as Step, address, gasLimit));
    };
    return { world, address, call, close: () => world.close() };
  } catch (error) {
    await world.close();
    throw error;
  }
}
