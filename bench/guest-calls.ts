import type { Backend, ContractCode, World } from '../engine/backend.ts';
import type { FullCallMessage } from '../engine/context.ts';
import { deployedAddress } from '../engine/deployed-address.ts';
import { MAX_GAS } from '../engine/gas.ts';

/** Deploys and calls the guests that benchmarks write for themselves. */
const account: Uint8Array = new Uint8Array(20).fill(0xd0);

/** @returns the guest's address. */
export async function deployGuest(backend: Backend, world: World, code: ContractCode): Promise<Uint8Array> {
  return deployedAddress(await world.deploy(await backend.prepare(code), { deployer: account, gasLimit: MAX_GAS }));
}

/** A call with all the gas there is. */
export function guestCall(to: Uint8Array, input: Uint8Array = new Uint8Array(0)): FullCallMessage {
  return { caller: account, to, value: 0n, input, gasLimit: MAX_GAS };
}
