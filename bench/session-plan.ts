import type { ContractCase, Workload } from '../contracts/contract-case.ts';
import { InputRejected } from '../contracts/input-rejected.ts';
import type { CallMessage, DeployMessage } from '../engine/context.ts';
import { createAddress } from '../engine/contract-address.ts';
import type { Sequence } from '../harness/session/sequence.ts';
import { callMessage, deployMessages } from '../harness/session/stand-up.ts';
import type { Artifacts } from '../harness/subjects/contract-code.ts';
import { soliditySubject } from '../harness/subjects/solidity.ts';

/** Of workloads, which are known to end: more than any uses under any schedule. */
const workloadGas = 1n << 40n;

/** A contract to deploy: its artifacts and what deploys it. */
export interface PlannedDeployment extends Artifacts {
  readonly message: DeployMessage;
}

/**
 * A workload with all calls encoded. Plain data, so that it can be sent to another process, which then needs neither the
 * manifest nor the call encoder.
 */
export interface SessionPlan extends Pick<Sequence, 'balances'> {
  /** Companions, in order, and last the contract itself. */
  readonly deployments: readonly PlannedDeployment[];
  readonly setup: readonly CallMessage[];
  readonly messages: readonly CallMessage[];
}

/** @throws InputRejected for calls that do not fit the ABI, and for one that moves the block or has a gas limit. */
export function planSession(contract: ContractCase, workload: Workload): SessionPlan {
  refuseUntimed(contract.id, workload);
  const sequence = soliditySubject(contract).encode(contract.constructorArgs, [...workload.setup, ...workload.calls]);
  const { balances, companions = [], deployment } = sequence;
  const constructors = deployMessages(sequence, workloadGas);
  // Whoever deploys has deployed nothing else.
  const own = createAddress(deployment.from, BigInt(companions.length));
  const calls = sequence.calls.map((step) => callMessage(step, own, workloadGas));
  const parts = [...contract.companions.map((companion) => companion.contract), contract];
  return {
    balances,
    deployments: parts.map(({ id, wasm, wasmAbi, wasmPorts, evmInitcode, nativeSource }, at) => {
      return { id, wasm, wasmAbi, wasmPorts, evmInitcode, nativeSource, message: constructors[at] as DeployMessage };
    }),
    setup: calls.slice(0, workload.setup.length),
    messages: calls.slice(workload.setup.length),
  };
}

/** What a batch, which is repeated in one block with gas enough, would leave out in silence. */
function refuseUntimed(id: string, { id: workload, setup, calls }: Workload): void {
  const at = [...setup, ...calls].findIndex((call) => call.block !== undefined || 'gasLimit' in call);
  if (at === -1) return;
  throw new InputRejected(
    `${id}/${workload}: call ${at + 1}`,
    'moves the block or has a gas limit, which cannot be timed: leave it out',
  );
}
