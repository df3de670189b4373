// Builds the contracts' artifacts from their sources, or checks that the committed ones are what a build gives.
//
//   node tools/contracts.mjs build [folder ...]
//   node tools/contracts.mjs check [folder ...]
//
// Without a folder: every case in contracts/, the engine's kernel, and the modules that the benchmarks of metering and of
// other engines run. Exit codes: 0 done, 1 an artifact differs, 2 bad usage or a source that does not compile.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemblyscriptFlags, compileAssemblyscript } from '../contracts/compile/assemblyscript.mjs';
import { BuildFailed } from '../contracts/compile/build-failed.mjs';
import { clangFlags, compileCpp, kernelFlags, linkFlags } from '../contracts/compile/cpp.mjs';
import { readAssemblyscriptSdk, readCppSdk, readText, readTexts } from '../contracts/compile/source-texts.mjs';
import { runArtifactCommand } from './artifact-command.mjs';
import {
  contractsRoot,
  hashesOf,
  isOfRust,
  lockName,
  portsOf,
  prefixIn,
  readJson,
  sha256,
  sortedByKey,
} from './contract-files.mjs';
import { ensureToolchain, progress, toolchainRoot } from './contract-toolchain.mjs';
import { compileEvm, solcSettings } from './solidity.mjs';

const kernelRoot = fileURLToPath(new URL('../engine/kernel/', import.meta.url));
/** Folders of modules with one source each, built into their `build/`. */
const moduleFolders = ['../bench/engines/guests', '../bench/metering/kernels'];

const compileWasm = (source, files, sdk, flags) => compileCpp(toolchainRoot, source, files, sdk, { flags, onMessages });
const onMessages = (messages) => process.stderr.write(messages);

function readSdks() {
  return { cpp: readCppSdk(), assemblyscript: readAssemblyscriptSdk() };
}

/** Builds one case. Both maps are keyed by path within the case, with forward slashes. */
async function buildCase(directory, sdks) {
  const id = basename(directory);
  const { contract } = readJson(join(directory, 'manifest.json'));
  if (typeof contract !== 'string')
    throw new BuildFailed('manifest.json: contract: expected the name of the .sol file');
  const isPorted = portsOf(directory).includes('assemblyscript');
  const sources = readTexts(directory, /\.(cpp|hpp|h|sol|as)$/);
  for (const name of [`${id}.cpp`, `${contract}.sol`, ...(isPorted ? [`${id}.as`] : [])]) {
    if (sources[name] === undefined) throw new BuildFailed(`${name}: no such file`);
  }
  const { abi, initcode } = compileEvm(directory, contract);
  return {
    sources,
    artifacts: {
      [`build/${id}.abi.json`]: `${JSON.stringify(abi, null, 2)}\n`,
      [`build/${id}.evm.hex`]: `${initcode}\n`,
      [`build/${id}.wasm`]: await compileWasm(`${id}.cpp`, sources, sdks.cpp),
      ...(isPorted && {
        [`build/${id}.assemblyscript.wasm`]: await compileAssemblyscript(
          toolchainRoot,
          id,
          sources,
          sdks.assemblyscript,
          {
            onMessages,
          },
        ),
      }),
    },
  };
}

/** Builds the engine's kernel, which shares headers and compiler with the contracts. Keyed like a case. */
async function buildKernel(sdk) {
  const sources = readTexts(kernelRoot, /\.[ch]pp$/);
  return { sources, artifacts: { 'kernel.wasm': await compileWasm('kernel.cpp', sources, sdk, kernelFlags) } };
}

/** Builds a folder of modules, each from one source. Keyed like a case. */
async function buildModules(directory, sdk) {
  const sources = readTexts(directory, /\.cpp$/);
  const artifacts = {};
  for (const source of Object.keys(sources)) {
    artifacts[`build/${basename(source, '.cpp')}.wasm`] = await compileWasm(source, sources, sdk);
  }
  return { sources, artifacts };
}

/** The lock covers a folder: contracts/ with all its cases, the kernel and the benchmarks' modules, or one case of the user's. */
async function buildAll(lockDirectory, caseDirectories) {
  const toolchain = ensureToolchain();
  const sdks = readSdks();
  const rust = rustPart(lockDirectory);
  const isOurs = lockDirectory === resolve(contractsRoot);
  const artifacts = {};
  const hashes = {
    ...hashesOf('sdk', sdks.cpp),
    ...hashesOf('sdk/assemblyscript', sdks.assemblyscript),
    ...rust.sha256,
  };
  const add = (prefix, built) => {
    for (const [name, content] of Object.entries(built.artifacts)) artifacts[posix.join(prefix, name)] = content;
    Object.assign(hashes, hashesOf(prefix, { ...built.sources, ...built.artifacts }));
  };
  if (isOurs) {
    progress('building the kernel');
    add('../engine/kernel', await buildKernel(sdks.cpp));
    for (const folder of moduleFolders) {
      progress(`building ${folder.slice('../'.length)}`);
      add(folder, await buildModules(join(contractsRoot, folder), sdks.cpp));
    }
  }
  for (const directory of caseDirectories) {
    progress(`building ${basename(directory)}`);
    const built = await buildCase(directory, sdks).catch((error) => {
      if (error instanceof BuildFailed) error.message = `${basename(directory)}: ${error.message}`;
      throw error;
    });
    add(prefixIn(lockDirectory, directory), built);
  }
  const lock = {
    format: 1,
    toolchain: {
      ...toolchain,
      clangFlags: clangFlags.join(' '),
      ...(isOurs ? { kernelFlags: kernelFlags.join(' ') } : {}),
      linkFlags: linkFlags.join(' '),
      solcSettings,
      assemblyscriptFlags: assemblyscriptFlags.join(' '),
      ...rust.toolchain,
    },
    sha256: sortedByKey(hashes),
  };
  return { ...artifacts, [lockName]: `${JSON.stringify(lock, null, 2)}\n` };
}

/** What the lock says of the Rust ports, which `tools/rust-ports.mjs` builds: taken as it is, and held against the files. */
function rustPart(lockDirectory) {
  const path = join(lockDirectory, lockName);
  const { toolchain = {}, sha256 = {} } = existsSync(path) ? readJson(path) : {};
  return {
    toolchain: toolchain.rust === undefined ? {} : { rust: toolchain.rust },
    sha256: Object.fromEntries(Object.entries(sha256).filter(([name]) => isOfRust(name))),
  };
}

/** Files of Rust ports that are not what the lock says. */
function findStale(lockDirectory) {
  const stale = Object.entries(rustPart(lockDirectory).sha256).filter(([name, hash]) => {
    const path = join(name.startsWith('sdk/') ? contractsRoot : lockDirectory, name);
    if (!existsSync(path)) return true;
    return sha256(name.endsWith('.rs') ? readText(path) : readFileSync(path)) !== hash;
  });
  return stale.map(([name]) => `${name}: is not what the lock says, which tools/rust-ports.mjs builds`);
}

await runArtifactCommand(
  'node tools/contracts.mjs build|check [folder ...]',
  process.argv.slice(2),
  buildAll,
  findStale,
);
