import { accounts } from '../../contracts/accounts.ts';
import { resolveAddress } from '../../contracts/call-argument.ts';
import type { BlockText } from '../../contracts/contract-case.ts';
import { fromHex } from '../../engine/bytes.ts';
import type { BlockContext } from '../../engine/context.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';

/** What every named account starts with. */
export const fundsWei: bigint = 10n ** 24n;

/** One deployment or call, encoded. */
export interface Step {
  /** Whom a call goes to, 20 bytes. Default: the contract that the sequence deployed. */
  readonly to?: Uint8Array;
  /** Deployer or caller, 20 bytes. */
  readonly from: Uint8Array;
  /** Wei. */
  readonly value: bigint;
  readonly input: Uint8Array;
  /** In place of the machines' own limits. Only for machines that all count gas in one unit. */
  readonly gasLimit?: bigint;
  /** Of a call: where it and all after it run, if that is not where those before did. */
  readonly block?: BlockText;
}

/** A deployment and the calls after it, on a world where nothing else ever happened. */
export interface Sequence {
  readonly balances: readonly { readonly address: Uint8Array; readonly wei: bigint }[];
  readonly block?: BlockContext;
  /** Deployments of the companions, all of them, before that of the contract. Default none. */
  readonly companions?: readonly Step[];
  readonly deployment: Step;
  readonly calls: readonly Step[];
}

/** How one kind of subject turns what people write into bytes. */
export interface SequenceEncoding {
  /** Inputs of the companions' constructors, in the order of their deployment. */
  readonly companionInputs: readonly Uint8Array[];
  readonly constructorInput: Uint8Array;
  /** @returns `to` where the call is not to the contract itself. @throws InputRejected */
  encodeCall(call: ReplayCall): { readonly to?: Uint8Array; readonly input: Uint8Array };
}

/**
 * Every named account with the same funds, all deployments by the account `deployer`, and calls from `alice` where they do not say.
 *
 * @throws InputRejected
 */
export function namedSequence(encoding: SequenceEncoding, calls: readonly ReplayCall[]): Sequence {
  const deployment = (input: Uint8Array): Step => ({ from: addressOf('deployer'), value: 0n, input });
  const toStep = (call: ReplayCall): Step => {
    const { caller = 'alice', value = '0', gasLimit, block } = call;
    return {
      from: addressOf(caller),
      value: BigInt(value),
      ...encoding.encodeCall(call),
      ...(gasLimit !== undefined && { gasLimit: BigInt(gasLimit) }),
      ...(block !== undefined && { block }),
    };
  };
  return {
    balances: Object.keys(accounts).map((name) => ({ address: addressOf(name), wei: fundsWei })),
    companions: encoding.companionInputs.map(deployment),
    deployment: deployment(encoding.constructorInput),
    calls: calls.map(toStep),
  };
}

function addressOf(text: string): Uint8Array {
  return fromHex(resolveAddress(text));
}
