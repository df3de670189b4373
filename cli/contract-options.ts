import { realpathSync } from 'node:fs';
import { bundledCases } from '../contracts/bundled-cases.ts';
import type { ContractCase } from '../contracts/contract-case.ts';
import { parseJsonList } from '../harness/subjects/json-list.ts';
import { type LoadOptions, loadCase, loadSubject } from '../harness/subjects/load.ts';
import type { DescribedSubject } from '../harness/subjects/subject.ts';
import { printable } from '../harness/text/printable.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** On every command that takes contracts. */
export const contractOptions = {
  abi: { type: 'string' },
  evm: { type: 'string' },
  wasm: { type: 'string' },
  contract: { type: 'string' },
  library: { type: 'string', multiple: true },
  'constructor-args': { type: 'string' },
} as const;

/** What a contract may be, in a command's usage. */
export const contractForms = `A contract is a bundled one (trimeter list) or a path: a contract folder, a
Stylus .wasm, a .sol file or a folder of them, an artifact of Hardhat or Foundry
(.json), EVM code in hex (.hex, .bin, .bin-runtime), or an ink! .contract
bundle.`;

/** Lines in a command's usage, after as many spaces as bring them in line with the others. */
export function contractUsage(width: number): string {
  const indent = ' '.repeat(width);
  const row = (option: string, text: string) => {
    const isLong = option.length + 3 > width;
    return isLong ? `  ${option}\n${indent}${text}` : `  ${option}`.padEnd(width) + text;
  };
  return [
    row('--abi <file>', 'ABI of a form that has none: JSON, or an artifact'),
    row('--evm <file>', 'one more form of it: .sol, artifact or hex'),
    row('--wasm <file>', 'one more form of it: a Stylus module'),
    row('--contract <Name>', 'which one of a .sol file; also file.sol:Name'),
    row('--library <Name=file>', 'where a library is that has to be linked'),
    row('--constructor-args <json>', 'in place of those in the manifest'),
  ].join('\n');
}

/** What `parseArguments` makes of `contractOptions`. */
interface ContractValues {
  readonly abi?: string | undefined;
  readonly evm?: string | undefined;
  readonly wasm?: string | undefined;
  readonly contract?: string | undefined;
  readonly library?: readonly string[] | undefined;
  readonly 'constructor-args'?: string | undefined;
}

/** @throws UsageError, InputRejected */
export function loadOptionsOf(terminal: Terminal, values: ContractValues): LoadOptions {
  const { abi, evm, wasm, contract, library = [], 'constructor-args': args } = values;
  const libraries = Object.fromEntries(
    library.map((text) => {
      const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      if (name === undefined || file === undefined) {
        throw new UsageError(`--library takes Name=file, got ${JSON.stringify(text)}`);
      }
      return [name, file];
    }),
  );
  return {
    abi,
    evm,
    wasm,
    contract,
    libraries,
    constructorArgs: args === undefined ? undefined : parseJsonList('--constructor-args', args),
    onProgress: (message) => terminal.error(`${printable(message)}\n`),
  };
}

/** The words after a contract's name that make it the same contract in another command. */
export function contractWords(values: ContractValues): readonly string[] {
  return (Object.keys(contractOptions) as (keyof ContractValues)[]).flatMap((name) => {
    const value = values[name];
    return [value ?? []].flat().flatMap((text) => [`--${name}`, text as string]);
  });
}

/** The contracts named, or all bundled ones. @throws InputRejected, UsageError */
export async function loadSubjects(
  terminal: Terminal,
  names: readonly string[],
  values: ContractValues,
): Promise<readonly DescribedSubject[]> {
  return loadEach(terminal, names, values, loadSubject);
}

/** As `loadSubjects`, but only what has workloads in Solidity's encoding. @throws InputRejected, UsageError */
export async function loadCases(
  terminal: Terminal,
  names: readonly string[],
  values: ContractValues = {},
): Promise<readonly ContractCase[]> {
  return loadEach(terminal, names, values, loadCase);
}

async function loadEach<T extends { readonly id: string; readonly path: string }>(
  terminal: Terminal,
  names: readonly string[],
  values: ContractValues,
  load: (name: string, options: LoadOptions) => Promise<T>,
): Promise<readonly T[]> {
  const [option] = contractWords(values);
  if (option !== undefined && names.length !== 1) throw new UsageError(`${option} is about one contract: name it`);
  const options = loadOptionsOf(terminal, values);
  const loaded: T[] = [];
  for (const name of names.length === 0 ? bundledCases() : names) loaded.push(await load(name, options));
  const places = loaded.map(({ id, path }) => `${realpathSync(path)}:${id}`);
  const twice = names.find((_, at) => places.indexOf(places[at] as string) !== at);
  if (twice !== undefined) throw new UsageError(`the contract ${twice} is named twice`);
  return loaded;
}
