import * as ContractAddress from 'ox/ContractAddress';
import { type AddressBook, accounts } from './accounts.ts';
import { encodeCall, encodeConstructor, rawData } from './call-codec.ts';
import type { ArgumentText, CallText, ContractCase } from './contract-case.ts';
import { InputRejected } from './input-rejected.ts';

/** What a case's contract is called in its own arguments. */
export const ownName = 'this';

type Deployed = Pick<ContractCase, 'abi' | 'companions'>;

/**
 * What a case's arguments may name: the accounts, the companions, and the contract itself. Their addresses are known
 * beforehand: `deployer` deploys the companions in order and then the contract, and nothing else.
 *
 * @example
 * const vault = await readBundledCase('vault');
 * console.log(Object.keys(addressBook(vault)).slice(-2)); // [ 'token', 'this' ]
 */
export function addressBook({ companions }: Pick<ContractCase, 'companions'>): AddressBook {
  const from = accounts['deployer'] as `0x${string}`;
  const names = [...companions.map(({ name }) => name), ownName];
  const deployed = names.map((name, at) => [name, ContractAddress.fromCreate({ from, nonce: BigInt(at) })] as const);
  return { ...accounts, ...Object.fromEntries(deployed) };
}

/** A call as people write it: whom it goes to, and its calldata. @throws InputRejected */
export function encodeCaseCall(
  contract: Deployed,
  call: CallText,
): { readonly to: `0x${string}`; readonly input: Uint8Array } {
  const addresses = addressBook(contract);
  const { to = ownName } = call;
  const abi = to === ownName ? contract.abi : contract.companions.find(({ name }) => name === to)?.contract.abi;
  if (abi === undefined) throw new InputRejected(`${to}.${call.method ?? call.data}`, 'the case has no such companion');
  const input = call.data === undefined ? encodeCall(abi, call, addresses) : rawData(call.data);
  return { to: addresses[to] as `0x${string}`, input };
}

/** The input of the contract's constructor. @throws InputRejected */
export function encodeCaseConstructor(contract: Deployed, args: readonly ArgumentText[]): Uint8Array {
  return encodeConstructor(contract.abi, args, addressBook(contract));
}

/** The companions with the input of their constructors, in the order in which they are deployed. @throws InputRejected */
export function companionDeployments(
  contract: Deployed,
): readonly { readonly contract: ContractCase; readonly input: Uint8Array }[] {
  const addresses = addressBook(contract);
  return contract.companions.map(({ contract: companion, constructorArgs }) => ({
    contract: companion,
    input: encodeConstructor(companion.abi, constructorArgs, addresses),
  }));
}
