import { bundledCases } from '../../contracts/bundled-cases.ts';
import { encodeCaseConstructor } from '../../contracts/case-calls.ts';
import type { ArgumentText, ContractCase } from '../../contracts/contract-case.ts';
import { fileStats } from '../../contracts/file-stats.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readBundledCase, readCase } from '../../contracts/read-case.ts';
import { closestName } from '../text/closest-name.ts';
import { caseOfFile, type FileOptions, isFormFile } from './files.ts';
import { moduleNames } from './module-names.ts';
import { soliditySubject } from './solidity.ts';
import type { DescribedSubject } from './subject.ts';

export interface LoadOptions extends FileOptions {
  /** In place of those of the manifest. A contract without a manifest needs them if its constructor takes any. */
  readonly constructorArgs?: readonly ArgumentText[] | undefined;
}

/**
 * A contract as people have it: the id of a bundled one, a contract folder, an ink! `.contract` bundle, a Stylus `.wasm`,
 * a `.sol` file or a folder of them, an artifact of Hardhat or Foundry (`.json`), or creation code in hex. A second form
 * of the same contract may be given beside it.
 *
 * @throws InputRejected
 *
 * @example
 * const { id, code } = await loadSubject('vault');
 * console.log(id, Object.keys(code)); // vault [ 'name', 'wasm', 'evm', 'native' ]
 */
export async function loadSubject(name: string, options: LoadOptions = {}): Promise<DescribedSubject> {
  if (!name.endsWith('.contract')) return soliditySubject(await loadCase(name, options));
  const given = (['abi', 'evm', 'wasm', 'contract'] as const).find((option) => options[option] !== undefined);
  if (given !== undefined) throw new InputRejected(name, `is an ink! bundle, which has all it needs: no --${given}`);
  // Loads the SCALE codec, which nothing else needs.
  const subject = (await import('./ink.ts')).inkSubject(name);
  return options.constructorArgs === undefined ? subject : { ...subject, constructorArgs: options.constructorArgs };
}

/**
 * As `loadSubject`, but only what is called as Solidity contracts are: no ink! bundle.
 *
 * @throws InputRejected
 *
 * @example
 * const { id, workloads } = await loadCase('erc20');
 * console.log(id, workloads[0]?.id); // erc20 transfer
 */
export async function loadCase(name: string, options: LoadOptions = {}): Promise<ContractCase> {
  const contract = await loadForms(name, options);
  const constructorArgs = options.constructorArgs ?? contract.constructorArgs;
  const loaded = { ...contract, constructorArgs, wasmAbi: wasmAbiOf(name, contract) };
  checkConstructor(name, loaded, options.constructorArgs !== undefined || contract.constructorArgs.length > 0);
  return loaded;
}

/** As `loadCase`, without asking whether the constructor can be called. @throws InputRejected */
export async function loadForms(name: string, options: FileOptions = {}): Promise<ContractCase> {
  return caseOfFile(name, await folderCase(name, options), options);
}

/** Undefined for a file, and for a folder without a manifest. */
async function folderCase(name: string, { onProgress }: FileOptions): Promise<ContractCase | undefined> {
  if (bundledCases().includes(name)) return readBundledCase(name);
  const found = fileStats(name);
  if (found?.isDirectory() && fileStats(`${name}/manifest.json`)) return readCase(name, { onProgress });
  if (found !== undefined || isFormFile(name)) return undefined;
  const closest = closestName(name, bundledCases());
  throw new InputRejected(
    name,
    closest === undefined
      ? `neither a contract folder or file nor a bundled contract; there are ${bundledCases().join(', ')}`
      : `no folder, no file and no bundled contract; did you mean ${closest}?`,
  );
}

/** The ABI tells of a constructor, and the module does not have it where ours have it: then it is where the Rust SDK has it. */
function wasmAbiOf(name: string, { abi, wasm }: ContractCase): ContractCase['wasmAbi'] {
  if (wasm === undefined || !abi.some(({ type }) => type === 'constructor')) return undefined;
  return moduleNames(wasm, name).exports.includes('user_constructor') ? undefined : 'stylus-sdk';
}

/** A missing argument is the most common fault of who brings a contract: it is shown what to write. */
function checkConstructor(name: string, contract: ContractCase, isGiven: boolean): void {
  try {
    encodeCaseConstructor(contract, contract.constructorArgs);
  } catch (error) {
    if (!(error instanceof InputRejected) || isGiven) throw error;
    const inputs = contract.abi.find((item) => item.type === 'constructor')?.inputs ?? [];
    const parameters = inputs.map(({ type, name: called }) => (called ? `${type} ${called}` : type)).join(', ');
    throw new InputRejected(name, `its constructor takes (${parameters}): --constructor-args '["...", ...]'`);
  }
}
