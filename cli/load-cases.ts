import { realpathSync } from 'node:fs';
import { bundledCases } from '../contracts/bundled-cases.ts';
import type { ContractCase } from '../contracts/contract-case.ts';
import { loadCase } from '../harness/subjects/load.ts';
import { UsageError } from './usage-error.ts';

/** The contracts named, or all bundled ones. @throws InputRejected, UsageError for one that is named twice. */
export async function loadCases(names: readonly string[]): Promise<readonly ContractCase[]> {
  const cases = await Promise.all((names.length === 0 ? bundledCases() : names).map(loadCase));
  const places = cases.map(({ path }) => realpathSync(path));
  const twice = names.find((_, at) => places.indexOf(places[at] as string) !== at);
  if (twice !== undefined) throw new UsageError(`the contract ${twice} is named twice`);
  return cases;
}
