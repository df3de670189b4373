import { accounts } from '../contracts/accounts.ts';
import { resolveAddress } from '../contracts/call-argument.ts';
import { companionDeployments, encodeCaseCall, encodeCaseConstructor } from '../contracts/case-calls.ts';
import type { CallText, ContractCase, Workload } from '../contracts/contract-case.ts';
import { fromHex } from '../engine/bytes.ts';
import type { CallMessage, DeployMessage } from '../engine/context.ts';

/** More than any workload uses, in any machine's unit. */
const GAS_LIMIT = 1n << 40n;
const FUNDS_WEI = 10n ** 24n;

/** A contract in the forms that machines take. */
export type Artifacts = Pick<ContractCase, 'id' | 'wasm' | 'wasmPorts' | 'evmInitcode' | 'nativeSource'>;

/** A contract to deploy: its artifacts and what deploys it. */
export interface PlannedDeployment extends Artifacts {
  readonly message: DeployMessage;
}

/**
 * A workload with all calls encoded. Plain data, so that it can be sent to another process, which then needs neither the
 * manifest nor the call encoder.
 */
export interface SessionPlan {
  /** Every named account, with its wei. */
  readonly balances: readonly { readonly address: Uint8Array; readonly wei: bigint }[];
  /** Companions, in order, and last the contract itself. */
  readonly deployments: readonly PlannedDeployment[];
  readonly setup: readonly CallMessage[];
  readonly messages: readonly CallMessage[];
}

/** @throws InputRejected for calls that do not fit the ABI. */
export function planSession(contract: ContractCase, workload: Workload): SessionPlan {
  const own = { contract, input: encodeCaseConstructor(contract, contract.constructorArgs) };
  const toMessage = (call: CallText): CallMessage => {
    const { to, input } = encodeCaseCall(contract, call);
    return {
      caller: addressOf(call.caller ?? 'alice'),
      to: fromHex(to),
      value: BigInt(call.value ?? '0'),
      input,
      gasLimit: GAS_LIMIT,
    };
  };
  return {
    balances: Object.keys(accounts).map((name) => ({ address: addressOf(name), wei: FUNDS_WEI })),
    deployments: [...companionDeployments(contract), own].map(({ contract: part, input }) => ({
      id: part.id,
      wasm: part.wasm,
      wasmPorts: part.wasmPorts,
      evmInitcode: part.evmInitcode,
      nativeSource: part.nativeSource,
      message: { deployer: addressOf('deployer'), value: 0n, input, gasLimit: GAS_LIMIT },
    })),
    setup: workload.setup.map(toMessage),
    messages: workload.calls.map(toMessage),
  };
}

function addressOf(text: string): Uint8Array {
  return fromHex(resolveAddress(text));
}
