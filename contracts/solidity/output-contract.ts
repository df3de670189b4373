import type { CompiledContract } from '../forms/compiled-contract.ts';
import { InputRejected } from '../input-rejected.ts';
import { parseAbi } from '../parse-abi.ts';
import type { SolcContract } from './solc-process.ts';

type AbiItem = Readonly<Record<string, unknown>>;

/**
 * A contract of what solc gave.
 *
 * @param contracts by qualified name (`src/Token.sol:Token`), with the libraries that it is linked with
 */
export function outputContract(contracts: ReadonlyMap<string, SolcContract>, qualifiedName: string): CompiledContract {
  const contract = contracts.get(qualifiedName) as SolcContract;
  const [source, name] = splitQualifiedName(qualifiedName);
  return {
    name,
    source,
    abi: parseAbi(JSON.stringify(contract.abi.map(withMutability).filter(isCallable)), `${qualifiedName}: abi`),
    code: contract.evm.bytecode.object,
    links: linksOf(contract),
    library: (library) => (contracts.has(library) ? outputContract(contracts, library) : undefined),
  };
}

/** Libraries by qualified name, each with the offsets of its placeholders. */
export function linksOf({ evm }: SolcContract): Readonly<Record<string, readonly number[]>> {
  const files = Object.entries(evm.bytecode.linkReferences ?? {});
  return Object.fromEntries(
    files.flatMap(([file, libraries]) =>
      Object.entries(libraries).map(([name, places]) => [`${file}:${name}`, places.map(({ start }) => start)]),
    ),
  );
}

/** File and name. */
export function splitQualifiedName(qualifiedName: string): readonly [string, string] {
  const colon = qualifiedName.lastIndexOf(':');
  return [qualifiedName.slice(0, colon), qualifiedName.slice(colon + 1)];
}

/** Until 0.4.16 there was no `stateMutability`. */
function withMutability(item: AbiItem): AbiItem {
  const { stateMutability, constant, payable } = item;
  if (stateMutability !== undefined) return item;
  return { ...item, stateMutability: constant === true ? 'view' : payable === true ? 'payable' : 'nonpayable' };
}

/** Functions of libraries may take what calls from outside cannot give: storage, types by their names. */
function isCallable(item: AbiItem): boolean {
  try {
    parseAbi(JSON.stringify([item]), '');
    return true;
  } catch (error) {
    if (error instanceof InputRejected && item['type'] === 'function') return false;
    throw error;
  }
}
