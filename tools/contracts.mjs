// Builds the contracts' artifacts from their sources, or checks that the committed ones are what a build gives.
//
//   node tools/contracts.mjs build [folder ...]
//   node tools/contracts.mjs check [folder ...]
//
// Without a folder: every case in contracts/, the engine's kernel, and the modules that the benchmarks of metering and of
// other engines run. Exit codes: 0 done, 1 an artifact differs, 2 bad usage or a source that does not compile.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const contractsRoot = fileURLToPath(new URL('../contracts/', import.meta.url));
const kernelRoot = fileURLToPath(new URL('../engine/kernel/', import.meta.url));
/** Folders of modules with one source each, built into their `build/`. */
const moduleFolders = ['../bench/engines/guests', '../bench/metering/kernels'];
const toolchainRoot = join(contractsRoot, 'toolchain');
const toolchainRequire = createRequire(join(toolchainRoot, 'package.json'));
const lockName = 'artifacts.lock.json';

const clangFlags = [
  '--target=wasm32',
  '-mcpu=mvp',
  '-msign-ext',
  '-mbulk-memory',
  '-std=c++20',
  '-O3',
  '-ffreestanding',
  '-nostdlibinc',
  '-nostdinc++',
  '-fno-exceptions',
  '-fno-rtti',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
];
/** The kernel gives 32-byte words back in registers. Guests do without: metering takes one result at most. */
const kernelFlags = ['-mmultivalue', '-Xclang', '-target-abi', '-Xclang', 'experimental-mv'];
const linkFlags = ['--no-entry', '--gc-sections', '--strip-all', '--stack-first', '-z', 'stack-size=16384'];
const solcSettings = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: 'prague',
  viaIR: false,
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
};

class BuildFailed extends Error {}

const progress = process.stderr.isTTY && !process.env['CI'] ? (line) => process.stderr.write(`${line}\n`) : () => {};

// Toolchain

function ensureToolchain() {
  const { dependencies } = readJson(join(toolchainRoot, 'package.json'));
  if (Object.entries(dependencies).every(([name, version]) => installedVersion(name) === version)) return dependencies;
  progress('installing the contract toolchain (npm ci in contracts/toolchain)');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: toolchainRoot,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) throw new BuildFailed(`npm ci in contracts/toolchain failed\n${npm.stderr ?? npm.error}`);
  return dependencies;
}

function installedVersion(name) {
  const path = join(toolchainRoot, 'node_modules', name, 'package.json');
  return existsSync(path) ? readJson(path).version : undefined;
}

// C++ to WebAssembly

async function compileWasm(source, files, sdk, flags = []) {
  const { commands, Exit } = await import(pathToFileURL(toolchainRequire.resolve('@yowasp/clang')).href);
  const run = async (command, args, files) => {
    let messages = '';
    const collect = (bytes) => {
      if (bytes !== null) messages += Buffer.from(bytes).toString();
    };
    try {
      const output = await commands[command](args, files, { stdout: collect, stderr: collect, decodeASCII: false });
      process.stderr.write(messages);
      return output;
    } catch (error) {
      if (error instanceof Exit) throw new BuildFailed(messages.trim());
      throw error;
    }
  };
  // Loading the compiler ahead of its first use keeps it from reporting that on the console.
  await commands['clang++'](null, {}, { fetchProgress: () => {} });
  const compiled = await run(
    'clang++',
    [...clangFlags, ...flags, '-Iinclude', '-c', `case/${source}`, '-o', 'contract.o'],
    {
      include: { sdk },
      case: files,
    },
  );
  const linked = await run('wasm-ld', [...linkFlags, 'contract.o', '-o', 'contract.wasm'], {
    'contract.o': compiled['contract.o'],
  });
  return finish(linked['contract.wasm'], flags === kernelFlags);
}

/**
 * One more pass over a contract, then a look at the module: what it may contain is the integer subset of docs/contracts.md. The
 * kernel is taken as clang leaves it, with which its keccak is 2 to 3 % faster.
 */
async function finish(bytes, isKernel) {
  const { default: binaryen } = await import(pathToFileURL(toolchainRequire.resolve('binaryen')).href);
  const { SignExt, BulkMemory, BulkMemoryOpt, Multivalue } = binaryen.Features;
  const module = binaryen.readBinary(bytes);
  try {
    module.setFeatures(SignExt | BulkMemory | BulkMemoryOpt | (isKernel ? Multivalue : 0));
    binaryen.setOptimizeLevel(3);
    binaryen.setShrinkLevel(0);
    if (!isKernel) module.optimize();
    module.runPasses(['strip-debug', 'strip-producers', 'strip-target-features']);
    const foreign = /\b(f32|f64|v128|externref|memory\.init|data\.drop|table\.\w+)\b/.exec(module.emitText());
    if (foreign !== null) throw new BuildFailed(`the module uses ${foreign[0]}, which is outside the integer subset`);
    if (module.validate() !== 1) throw new BuildFailed('the optimised module is not valid');
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

// Solidity to EVM bytecode

function compileEvm(directory, contract) {
  const solc = toolchainRequire('solc');
  const file = `${contract}.sol`;
  const readImport = (path) => {
    const local = join(directory, path);
    const source = existsSync(local) ? local : join(toolchainRoot, 'node_modules', path);
    return existsSync(source) ? { contents: readText(source) } : { error: 'no such file' };
  };
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: readText(join(directory, file)) } },
    settings: { ...solcSettings, outputSelection: { [file]: { [contract]: ['abi', 'evm.bytecode.object'] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
  const messagesOf = (isError) =>
    (output.errors ?? [])
      .filter(({ severity }) => (severity === 'error') === isError)
      .filter(({ sourceLocation }) => isError || !sourceLocation?.file.startsWith('@'))
      .map(({ formattedMessage }) => `${formattedMessage.trim()}\n`)
      .join('');
  if (messagesOf(true) !== '') throw new BuildFailed(messagesOf(true).trim());
  process.stderr.write(messagesOf(false));
  const compiled = output.contracts[file][contract];
  if (compiled === undefined) throw new BuildFailed(`${file}: has no contract ${contract}`);
  return { abi: compiled.abi, initcode: compiled.evm.bytecode.object };
}

// Cases

function readSdk() {
  const directory = join(contractsRoot, 'sdk');
  return Object.fromEntries(sortedFiles(directory).map((name) => [name, readText(join(directory, name))]));
}

/** Builds one case. Both maps are keyed by path within the case, with forward slashes. */
async function buildCase(directory, sdk) {
  const id = basename(directory);
  const { contract } = readJson(join(directory, 'manifest.json'));
  if (typeof contract !== 'string')
    throw new BuildFailed('manifest.json: contract: expected the name of the .sol file');
  const names = sortedFiles(directory).filter((name) => /\.(cpp|hpp|h|sol)$/.test(name));
  const sources = Object.fromEntries(names.map((name) => [name, readText(join(directory, name))]));
  for (const name of [`${id}.cpp`, `${contract}.sol`]) {
    if (sources[name] === undefined) throw new BuildFailed(`${name}: no such file`);
  }
  const { abi, initcode } = compileEvm(directory, contract);
  return {
    sources,
    artifacts: {
      [`build/${id}.abi.json`]: `${JSON.stringify(abi, null, 2)}\n`,
      [`build/${id}.evm.hex`]: `${initcode}\n`,
      [`build/${id}.wasm`]: await compileWasm(`${id}.cpp`, sources, sdk),
    },
  };
}

/** Builds the engine's kernel, which shares headers and compiler with the contracts. Keyed like a case. */
async function buildKernel(sdk) {
  const names = sortedFiles(kernelRoot).filter((name) => /\.[ch]pp$/.test(name));
  const sources = Object.fromEntries(names.map((name) => [name, readText(join(kernelRoot, name))]));
  return { sources, artifacts: { 'kernel.wasm': await compileWasm('kernel.cpp', sources, sdk, kernelFlags) } };
}

/** Builds a folder of modules, each from one source. Keyed like a case. */
async function buildModules(directory, sdk) {
  const sources = {};
  const artifacts = {};
  for (const source of sortedFiles(directory).filter((name) => name.endsWith('.cpp'))) {
    sources[source] = readText(join(directory, source));
    artifacts[`build/${basename(source, '.cpp')}.wasm`] = await compileWasm(source, sources, sdk);
  }
  return { sources, artifacts };
}

/** The lock covers a folder: contracts/ with all its cases, the kernel and the benchmarks' modules, or one case of the user's. */
async function buildAll(lockDirectory, caseDirectories, toolchain) {
  const sdk = readSdk();
  const isOurs = lockDirectory === resolve(contractsRoot);
  const artifacts = {};
  const hashes = {};
  const add = (prefix, built) => {
    for (const [name, content] of Object.entries(built.artifacts)) artifacts[posix.join(prefix, name)] = content;
    for (const [name, content] of Object.entries({ ...built.sources, ...built.artifacts })) {
      hashes[posix.join(prefix, name)] = sha256(content);
    }
  };
  for (const [name, text] of Object.entries(sdk)) hashes[`sdk/${name}`] = sha256(text);
  if (isOurs) {
    progress('building the kernel');
    add('../engine/kernel', await buildKernel(sdk));
    for (const folder of moduleFolders) {
      progress(`building ${folder.slice('../'.length)}`);
      add(folder, await buildModules(join(contractsRoot, folder), sdk));
    }
  }
  for (const directory of caseDirectories) {
    progress(`building ${basename(directory)}`);
    const prefix = directory === lockDirectory ? '' : `${basename(directory)}/`;
    const built = await buildCase(directory, sdk).catch((error) => {
      if (error instanceof BuildFailed) error.message = `${basename(directory)}: ${error.message}`;
      throw error;
    });
    add(prefix, built);
  }
  const lock = {
    format: 1,
    toolchain: {
      ...toolchain,
      clangFlags: clangFlags.join(' '),
      ...(isOurs ? { kernelFlags: kernelFlags.join(' ') } : {}),
      linkFlags: linkFlags.join(' '),
      solcSettings,
    },
    sha256: Object.fromEntries(Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  return { ...artifacts, [lockName]: `${JSON.stringify(lock, null, 2)}\n` };
}

function writeAll(lockDirectory, files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(lockDirectory, name)), { recursive: true });
    writeFileSync(join(lockDirectory, name), content);
  }
}

function differences(lockDirectory, files) {
  const found = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(lockDirectory, name);
    const expected = Buffer.from(content);
    if (!existsSync(path)) {
      found.push(`${name}: missing`);
      continue;
    }
    const actual = readFileSync(path);
    if (actual.equals(expected)) continue;
    let count = Math.abs(actual.length - expected.length);
    for (let i = 0; i < Math.min(actual.length, expected.length); i++) if (actual[i] !== expected[i]) count++;
    found.push(`${name}: ${count} bytes differ (${actual.length} bytes here, ${expected.length} built)`);
  }
  return found;
}

// Files

function sortedFiles(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** Line ends as in the repository, so that a checkout that changed them builds the same bytes. */
function readText(path) {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}

function readJson(path) {
  try {
    return JSON.parse(readText(path));
  } catch (error) {
    throw new BuildFailed(`${path}: ${error.message}`);
  }
}

function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

function bundledCases() {
  return readdirSync(contractsRoot)
    .sort()
    .map((name) => join(contractsRoot, name))
    .filter((path) => existsSync(join(path, 'manifest.json')));
}

async function main([command, ...folders]) {
  if (command !== 'build' && command !== 'check') {
    throw new BuildFailed('usage: node tools/contracts.mjs build|check [folder ...]');
  }
  const toolchain = ensureToolchain();
  const jobs =
    folders.length === 0
      ? [{ lockDirectory: resolve(contractsRoot), cases: bundledCases() }]
      : folders.map((folder) => ({ lockDirectory: resolve(folder), cases: [resolve(folder)] }));
  let differing = 0;
  for (const { lockDirectory, cases } of jobs) {
    if (!existsSync(lockDirectory) || !statSync(lockDirectory).isDirectory()) {
      throw new BuildFailed(`${lockDirectory}: not a folder`);
    }
    if (dirname(lockDirectory) === resolve(contractsRoot)) {
      throw new BuildFailed(
        `${lockDirectory}: the cases in contracts/ share a lock and are built together; name no folder`,
      );
    }
    const files = await buildAll(lockDirectory, cases, toolchain);
    if (command === 'build') {
      writeAll(lockDirectory, files);
      continue;
    }
    for (const line of differences(lockDirectory, files)) {
      differing++;
      process.stderr.write(`${line}\n`);
    }
  }
  return differing === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
