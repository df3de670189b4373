import * as ContractAddress from 'ox/ContractAddress';
import { accounts } from '../accounts.ts';
import type { Companion, ContractCase } from '../contract-case.ts';
import { InputRejected } from '../input-rejected.ts';
import { caseId } from './case-id.ts';
import type { CompiledContract } from './compiled-contract.ts';
import { parseHexCode } from './hex-code.ts';

/** More than any contract links. */
const MAX_LIBRARIES = 64;

/** Finds a library by its qualified name, such as `src/Math.sol:Math`. */
export type FindLibrary = (qualifiedName: string) => CompiledContract | undefined;

/**
 * Creation code with the addresses of its libraries, and the libraries as companions, in the order in which `deployer`
 * deploys them before the contract. Libraries link libraries in turn.
 *
 * @param path of what is linked, named in errors
 * @param named What comes before the places where the compiled contract looks.
 * @throws InputRejected
 */
export function linkLibraries(
  compiled: CompiledContract,
  path: string,
  named: FindLibrary,
): { readonly initcode: Uint8Array; readonly companions: readonly Companion[] } {
  const addresses = new Map<string, string>();
  const companions: Companion[] = [];
  const open = new Set<string>();

  const link = (contract: CompiledContract): Uint8Array => {
    let { code } = contract;
    for (const [name, places] of Object.entries(contract.links)) {
      const address = addresses.get(name) ?? deploy(name, contract);
      for (const at of places) code = code.slice(0, 2 * at) + address + code.slice(2 * at + address.length);
    }
    return parseHexCode(code, path);
  };

  const deploy = (qualifiedName: string, user: CompiledContract): string => {
    const library = named(qualifiedName) ?? user.library(qualifiedName);
    const name = qualifiedName.slice(qualifiedName.lastIndexOf(':') + 1);
    if (library === undefined) {
      throw new InputRejected(path, `needs the library ${qualifiedName}: --library ${name}=<artifact>`);
    }
    if (open.has(qualifiedName)) throw new InputRejected(path, `the library ${qualifiedName} needs itself`);
    if (companions.length === MAX_LIBRARIES)
      throw new InputRejected(path, `needs more than ${MAX_LIBRARIES} libraries`);
    open.add(qualifiedName);
    const initcode = link(library);
    open.delete(qualifiedName);
    const from = accounts['deployer'] as `0x${string}`;
    const address = ContractAddress.fromCreate({ from, nonce: BigInt(companions.length) }).slice(2);
    addresses.set(qualifiedName, address);
    companions.push({ name: library.name, contract: evmCase(library, initcode, path, []), constructorArgs: [] });
    return address;
  };

  return { initcode: link(compiled), companions };
}

/** A case of compiled code alone. */
function evmCase(
  { name, abi }: CompiledContract,
  evmInitcode: Uint8Array,
  path: string,
  companions: readonly Companion[],
): ContractCase {
  const id = caseId(name);
  const described = { id, summary: '', path, abi, constructorArgs: [], companions, workloads: [], examples: [] };
  return { ...described, wasm: undefined, wasmPorts: {}, evmInitcode, nativeSource: undefined };
}
