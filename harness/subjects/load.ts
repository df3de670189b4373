import { realpathSync, statSync } from 'node:fs';
import { closestName } from '../../cli/closest-name.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { bundledCaseDirectory, bundledCases } from '../../contracts/bundled-cases.ts';
import type { ContractCase } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readCase } from '../../contracts/read-case.ts';
import { soliditySubject } from './solidity.ts';
import type { Subject } from './subject.ts';

/**
 * A contract as the command line names it: the id of a bundled one, the path of a contract folder, or the path of an
 * ink! `.contract` file.
 *
 * @throws InputRejected
 */
export async function loadSubject(name: string): Promise<Subject> {
  // Loads the SCALE codec, which nothing else needs.
  if (name.endsWith('.contract')) return (await import('./ink.ts')).inkSubject(name);
  return soliditySubject(await loadCase(name));
}

/** A contract with a folder. @throws InputRejected */
export async function loadCase(name: string): Promise<ContractCase> {
  if (bundledCases().includes(name)) return readCase(bundledCaseDirectory(name));
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

/** The contracts named, or all bundled ones. @throws InputRejected, UsageError for one that is named twice. */
export async function loadCases(names: readonly string[]): Promise<readonly ContractCase[]> {
  const cases = await Promise.all((names.length === 0 ? bundledCases() : names).map(loadCase));
  const places = cases.map(({ directory }) => realpathSync(directory));
  const twice = names.find((_, at) => places.indexOf(places[at] as string) !== at);
  if (twice !== undefined) throw new UsageError(`the contract ${twice} is named twice`);
  return cases;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
