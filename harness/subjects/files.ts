import { basename, extname, resolve } from 'node:path';
import type { Abi } from 'ox';
import type { Companion, ContractCase } from '../../contracts/contract-case.ts';
import { fileStats } from '../../contracts/file-stats.ts';
import { caseId } from '../../contracts/forms/case-id.ts';
import type { CompiledContract } from '../../contracts/forms/compiled-contract.ts';
import { readAbiFile, readEvmArtifact } from '../../contracts/forms/evm-artifact.ts';
import { creationCodeOf, looksDeployed, parseHexCode } from '../../contracts/forms/hex-code.ts';
import { type FindLibrary, linkLibraries } from '../../contracts/forms/link-libraries.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readInput, readInputText } from '../../contracts/read-input.ts';
import { checkIsStylus } from './ecosystems.ts';

/** What is said beside the name of a contract. Files and folders are paths. */
export interface FileOptions {
  /** The contract's ABI, for forms that have none: a list as solc gives it, or an artifact. */
  readonly abi?: string | undefined;
  /** One more form of the contract: a `.sol` file, an artifact or hex, for the EVM. */
  readonly evm?: string | undefined;
  /** One more form of the contract: a Stylus module. */
  readonly wasm?: string | undefined;
  /** Name of the Solidity contract, where a file has several. */
  readonly contract?: string | undefined;
  /** Where libraries are that have to be linked, by their names: artifacts. A `.sol` file has its own. */
  readonly libraries?: Readonly<Record<string, string>> | undefined;
  /** What takes long, in a few words: a download, a compilation. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** What one file has of a contract. */
interface Form {
  /** As people call the contract. */
  readonly name: string;
  readonly abi?: Abi.Abi;
  readonly wasm?: Uint8Array;
  readonly evmInitcode?: Uint8Array;
  readonly companions?: readonly Companion[];
}

type ReadForm = (path: string, options: FileOptions) => Form | Promise<Form>;

/** No chain takes a larger one, and neither does the engine by default. */
const MAX_MODULE_BYTES = 1 << 20;
const MAX_HEX_BYTES = 4 << 20;

const readHex: ReadForm = (path) => {
  const evmInitcode = parseHexCode(readInputText(path, MAX_HEX_BYTES), path);
  if (!looksDeployed(evmInitcode)) return { name: nameOf(path), evmInitcode };
  throw new InputRejected(path, 'is code as it lies on a chain, expected creation code: call the file .bin-runtime');
};

/** By the ending of the file's name. */
const readers: Readonly<Record<string, ReadForm>> = {
  '.wasm': (path) => {
    const wasm = readInput(path, MAX_MODULE_BYTES);
    checkIsStylus(wasm, path);
    return { name: nameOf(path), wasm };
  },
  '.sol': async (path, options) => linked(await compiledAt(path, options), path, options),
  '.json': async (path, options) => linked(readEvmArtifact(path), path, options),
  '.hex': readHex,
  '.bin': readHex,
  // As solc calls it: what lies on a chain.
  '.bin-runtime': (path) => {
    return { name: nameOf(path), evmInitcode: creationCodeOf(parseHexCode(readInputText(path, MAX_HEX_BYTES), path)) };
  },
};

/** Forms for the EVM, which `--evm` may name; the others are for `--wasm`. */
const evmEndings = ['.sol', '.json', '.hex', '.bin', '.bin-runtime'];

/** Whether a name, of what may not be there, is that of a file with a form of a contract. */
export function isFormFile(name: string): boolean {
  return endingOf(name) in readers;
}

/**
 * A contract with all forms that were named.
 *
 * @param base What a contract folder has, if the name is that of one.
 * @throws InputRejected
 */
export async function caseOfFile(
  name: string,
  base: ContractCase | undefined,
  options: FileOptions,
): Promise<ContractCase> {
  const { abi: abiPath, evm, wasm, contract, libraries = {} } = options;
  const own = base === undefined ? await readForm(name, options) : undefined;
  // The name of the Solidity contract is for what is Solidity.
  const evmForm = evm === undefined ? undefined : await readForm(evm, options, evmEndings, '--evm');
  const wasmForm = wasm === undefined ? undefined : await readForm(wasm, options, ['.wasm'], '--wasm');
  refuseTwice('evmInitcode', name, own, evmForm, '--evm');
  refuseTwice('wasm', name, own, wasmForm, '--wasm');
  const forms = [evmForm, wasmForm, own].filter((form) => form !== undefined);
  // Of an ABI and creation code: what came from Solidity.
  const isSolidity = forms.some((form) => form.abi !== undefined && form.evmInitcode !== undefined);
  if (!isSolidity && contract !== undefined)
    throw new InputRejected(`--contract ${contract}`, `${name} is no Solidity`);
  if (!isSolidity && Object.keys(libraries).length > 0) throw new InputRejected('--library', `${name} links none`);
  const abi = abiPath === undefined ? ((own ?? base)?.abi ?? evmForm?.abi) : readAbiFile(abiPath);
  if (abi === undefined)
    throw new InputRejected(name, 'has no ABI of its own: --abi <file.json>, a list as solc gives it');
  const companions = forms.flatMap((form) => form.companions ?? []);
  const evmInitcode = evmForm?.evmInitcode ?? own?.evmInitcode ?? base?.evmInitcode;
  const module = wasmForm?.wasm ?? own?.wasm ?? base?.wasm;
  if (companions.length > 0 && module !== undefined) {
    const [{ name: library }] = companions as [Companion];
    throw new InputRejected(
      evm ?? name,
      `links the library ${library}, which a contract with a WebAssembly form cannot have`,
    );
  }
  const described = base ?? {
    id: caseId((own as Form).name),
    summary: '',
    path: resolve(withoutName(name)),
    constructorArgs: [],
    workloads: [],
    examples: [],
    wasmPorts: {},
    nativeSource: undefined,
  };
  return { ...described, abi, wasm: module, evmInitcode, companions: [...(base?.companions ?? []), ...companions] };
}

function refuseTwice(
  form: 'wasm' | 'evmInitcode',
  name: string,
  own: Form | undefined,
  other: Form | undefined,
  option: string,
): void {
  if (own?.[form] === undefined || other === undefined) return;
  throw new InputRejected(
    name,
    `has that form itself, so that ${option} would be a second one: compare them in two runs`,
  );
}

async function readForm(
  path: string,
  options: FileOptions,
  endings: readonly string[] = Object.keys(readers),
  option?: string,
): Promise<Form> {
  const found = fileStats(path);
  if (found?.isDirectory() && endings.includes('.sol')) return linked(await compiledAt(path, options), path, options);
  if (found !== undefined && !found.isFile() && !found.isDirectory()) {
    throw new InputRejected(path, 'is not a regular file');
  }
  const ending = endingOf(path);
  const read = endings.includes(ending) ? readers[ending] : undefined;
  if (read !== undefined) return read(path, options);
  const place = option === undefined ? path : `${option} ${path}`;
  throw new InputRejected(
    place,
    `expected ${option === undefined ? 'a contract folder, .contract, ' : ''}${endings.join(', ')}`,
  );
}

function endingOf(path: string): string {
  return extname(withoutName(path)).toLowerCase();
}

/** The file of `Token.sol:Token`. */
function withoutName(path: string): string {
  return path.replace(/(\.sol):[A-Za-z_$][\w$]*$/, '$1');
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}

function linked(compiled: CompiledContract, path: string, { contract, libraries = {} }: FileOptions): Form {
  const { name, abi, code } = compiled;
  if (contract !== undefined && contract !== name) throw new InputRejected(path, `is ${name}, not ${contract}`);
  if (code === '') {
    throw new InputRejected(
      path,
      `${name} has no code: it is an interface or an abstract contract, expected one that deploys`,
    );
  }
  const find: FindLibrary = (qualifiedName) => {
    const names = [qualifiedName, qualifiedName.slice(qualifiedName.lastIndexOf(':') + 1)];
    const name = names.find((known) => Object.hasOwn(libraries, known));
    const place = name === undefined ? undefined : libraries[name];
    return place === undefined ? undefined : readEvmArtifact(place);
  };
  const { initcode, companions } = linkLibraries(compiled, path, find);
  return { name, abi, evmInitcode: initcode, companions };
}

async function compiledAt(path: string, { contract, onProgress }: FileOptions): Promise<CompiledContract> {
  // Loads a compiler of megabytes, which nothing else needs.
  const { compileSolidity } = await import('../../contracts/solidity/compile-solidity.ts');
  return compileSolidity(path, {
    ...(contract !== undefined && { contract }),
    ...(onProgress !== undefined && { onProgress }),
  });
}
