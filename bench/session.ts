import { accounts } from '../contracts/accounts.ts';
import { resolveAddress } from '../contracts/call-argument.ts';
import { companionDeployments, encodeCaseCall, encodeCaseConstructor } from '../contracts/case-calls.ts';
import type { CallText, ContractCase, Workload } from '../contracts/contract-case.ts';
import { InputRejected } from '../contracts/input-rejected.ts';
import { stylusAbi } from '../engine/abi/stylus/stylus-abi.ts';
import type { Backend, ContractCode, DeployResult, World } from '../engine/backend.ts';
import { fromHex } from '../engine/bytes.ts';
import type { CallMessage } from '../engine/context.ts';
import type { Outcome } from '../engine/outcome.ts';

/** More than any workload uses, in any machine's unit. */
const GAS_LIMIT = 1n << 40n;
const FUNDS_WEI = 10n ** 24n;

/** A workload standing ready on one machine: deployed, set up, its calls encoded. */
export interface Session {
  readonly backend: Backend;
  readonly world: World;
  readonly messages: readonly CallMessage[];
  /** Of the constructor and then the set-up calls: part of what the machines have to agree on. */
  readonly setupOutcomes: readonly Outcome[];
}

export function contractCode({ id, wasm, evmInitcode, nativeSource }: ContractCase): ContractCode {
  return {
    name: id,
    wasm: { bytes: wasm, abi: stylusAbi },
    evm: { initcode: evmInitcode },
    native: { sourceFile: nativeSource },
  };
}

/**
 * A fresh world with the contract deployed, every named account funded, and the workload's set-up done.
 *
 * @throws InputRejected for calls that do not fit the ABI, and for a companion that does not deploy; EngineError `no-code` where the machine has no part of it.
 */
export async function openSession(backend: Backend, contract: ContractCase, workload: Workload): Promise<Session> {
  const world = await backend.createWorld();
  for (const name of Object.keys(accounts)) await world.setBalance(addressOf(name), FUNDS_WEI);
  const deploy = async (part: ContractCase, input: Uint8Array): Promise<DeployResult> =>
    world.deploy(await backend.prepare(contractCode(part)), {
      deployer: addressOf('deployer'),
      value: 0n,
      input,
      gasLimit: GAS_LIMIT,
    });
  for (const companion of companionDeployments(contract)) {
    const { outcome } = await deploy(companion.contract, companion.input);
    if (outcome.status !== 'success') throw new InputRejected(contract.id, `${companion.contract.id} does not deploy`);
  }
  const { address, outcome } = await deploy(contract, encodeCaseConstructor(contract, contract.constructorArgs));
  const toMessage = (call: CallText): CallMessage => {
    const { to, input } = encodeCaseCall(contract, call);
    return {
      caller: addressOf(call.caller ?? 'alice'),
      to: call.to === undefined ? address : fromHex(to),
      value: BigInt(call.value ?? '0'),
      input,
      gasLimit: GAS_LIMIT,
    };
  };
  const setupOutcomes = [outcome, ...(await world.callMany(workload.setup.map(toMessage)))];
  return { backend, world, messages: workload.calls.map(toMessage), setupOutcomes };
}

function addressOf(text: string): Uint8Array {
  return fromHex(resolveAddress(text));
}
