import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { ContractCase } from '../../contracts/contract-case.ts';
import { parseManifest } from '../../contracts/manifest.ts';
import { readInputText } from '../../contracts/read-input.ts';
import { fromHex } from '../../engine/bytes.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { checkAgreement } from '../../harness/agreement/check-agreement.ts';
import { randomCalls } from '../../harness/generators/random-calls.ts';
import { contendersOf } from '../../harness/machines/contenders.ts';
import { loadCase } from '../../harness/subjects/load.ts';
import { soliditySubject } from '../../harness/subjects/solidity.ts';
import type { Mutant } from './mutants.ts';

type Compile = (
  directory: string,
  contract: string,
  edit: (path: string, text: string) => string,
) => { readonly initcode: string };
// A tool that runs before anything is installed, and so is no TypeScript.
const tool = async (name: string) => import(new URL(`../../tools/${name}`, import.meta.url).href);

export interface MutatedContract {
  readonly contract: ContractCase;
  readonly compile: Compile;
  /** Of its source. */
  readonly solidityName: string;
}

/** @param fixture A folder that is taken if it is there, else the case is a bundled one. */
export async function loadMutated(id: string, fixture: string): Promise<MutatedContract> {
  const contract = await loadCase(existsSync(fixture) ? fixture : id);
  const manifestPath = `${contract.path}/manifest.json`;
  const { contract: solidityName = '' } = parseManifest(readInputText(manifestPath, 1 << 20), basename(manifestPath));
  (await tool('contract-toolchain.mjs')).ensureToolchain();
  const { compileEvm } = (await tool('solidity.mjs')) as { readonly compileEvm: Compile };
  return { contract, solidityName, compile: compileEvm };
}

/**
 * Checks the module against the EVM code with the bug in it.
 *
 * @returns how many calls it took, undefined where none of so many told them apart
 */
export async function huntMutant(
  { contract, solidityName, compile }: MutatedContract,
  { bug, find, replace, file = `${solidityName}.sol` }: Mutant,
  { seed, callBudget }: { readonly seed: number; readonly callBudget: number },
): Promise<number | undefined> {
  let timesEdited = 0;
  const edit = (path: string, text: string): string => {
    if (path !== file) return text;
    const parts = text.split(find);
    if (parts.length !== 2) throw new Error(`${contract.id}: ${bug}: the text is ${parts.length - 1} times in ${file}`);
    timesEdited++;
    return parts.join(replace);
  };
  const { initcode } = compile(contract.path, solidityName, edit);
  if (timesEdited === 0) throw new Error(`${contract.id}: ${bug}: ${file} is not compiled`);
  const subject = soliditySubject({ ...contract, evmInitcode: fromHex(`0x${initcode}`) });
  const { agreed, calls } = await checkAgreement(subject, {
    contenders: contendersOf([createWasmBackend(), await createEvmBackend()]),
    calls: (seen) => randomCalls(subject.contract as ContractCase, { seen }),
    ...(subject.randomConstructorArgs !== undefined && { constructorArgs: subject.randomConstructorArgs }),
    callBudget,
    seed,
    shrinks: false,
  });
  return agreed === false ? calls : undefined;
}
