import { statSync } from 'node:fs';
import { bundledCases } from '../../contracts/bundled-cases.ts';
import type { ContractCase } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readBundledCase, readCase } from '../../contracts/read-case.ts';
import { closestName } from '../text/closest-name.ts';
import { soliditySubject } from './solidity.ts';
import type { DescribedSubject } from './subject.ts';

/**
 * A contract by its name: the id of a bundled one, the path of a contract folder, or the path of an
 * ink! `.contract` file.
 *
 * @throws InputRejected
 *
 * @example
 * const { id, code } = await loadSubject('vault');
 * console.log(id, Object.keys(code)); // vault [ 'name', 'wasm', 'evm', 'native' ]
 */
export async function loadSubject(name: string): Promise<DescribedSubject> {
  // Loads the SCALE codec, which nothing else needs.
  if (name.endsWith('.contract')) return (await import('./ink.ts')).inkSubject(name);
  return soliditySubject(await loadCase(name));
}

/**
 * A contract with a folder: the id of a bundled one, or a path.
 *
 * @throws InputRejected
 *
 * @example
 * const { id, workloads } = await loadCase('erc20');
 * console.log(id, workloads[0]?.id); // erc20 transfer
 */
export async function loadCase(name: string): Promise<ContractCase> {
  if (bundledCases().includes(name)) return readBundledCase(name);
  if (isDirectory(name)) return readCase(name);
  if (name.endsWith('.contract')) throw new InputRejected(name, 'only `run` takes ink! bundles');
  const closest = closestName(name, bundledCases());
  if (closest !== undefined) {
    throw new InputRejected(name, `no folder and no bundled contract; did you mean ${closest}?`);
  }
  throw new InputRejected(
    name,
    `neither a contract folder nor a bundled contract; there are ${bundledCases().join(', ')}`,
  );
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
