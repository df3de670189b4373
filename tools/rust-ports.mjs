// Builds the Rust ports of contracts, or checks that the committed ones are what a build gives. Apart from tools/contracts.mjs,
// because npm has no Rust compiler: `contracts:check` holds the modules against the lock, which only this script changes.
//
//   node tools/rust-ports.mjs build [--root folder] [case-folder ...]
//   node tools/rust-ports.mjs check [--root folder] [case-folder ...]
//
// Without a case folder: every case in contracts/. The compiler comes from Debian 12:
//
//   apt-get install rustc-web rust-web-src lld-19
//
// or, without touching the system, with `apt-get download` for these and what they depend on, `dpkg -x` into a folder, and
// `--root` for it. Exit codes: 0 done, 1 an artifact differs, 2 bad usage, no compiler or a source that does not compile.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BuildFailed } from '../contracts/compile/build-failed.mjs';
import { finishModule } from '../contracts/compile/finish-module.mjs';
import { readTexts } from '../contracts/compile/source-texts.mjs';
import { runArtifactCommand } from './artifact-command.mjs';
import {
  contractsRoot,
  hashesOf,
  isOfRust,
  lockName,
  portsOf,
  prefixIn,
  readJson,
  sortedByKey,
} from './contract-files.mjs';
import { ensureToolchain, progress, toolchainRoot } from './contract-toolchain.mjs';

const RUST_VERSION = '1.96.0';
const LLD_VERSION = '19.1.7';

/** The first WebAssembly with sign extension and bulk memory. A panic is a trap, without the words that would lead there. */
const rustFlags = [
  '--target=wasm32v1-none',
  '--edition=2024',
  '-Copt-level=3',
  '-Ccodegen-units=1',
  '-Cembed-bitcode=yes',
  '-Ctarget-feature=+sign-ext,+bulk-memory',
  '-Zunstable-options',
  '-Cpanic=immediate-abort',
];
const portFlags = ['-Clto=fat', '-Dwarnings'];
const linkFlags = [
  '--no-entry',
  '--gc-sections',
  '--strip-all',
  '--stack-first',
  '-zstack-size=16384',
  '--export=user_entrypoint',
  '--export-if-defined=user_constructor',
];

/** The crate below all others. It is empty: copying and filling memory, which it would offer, are instructions here. */
const noBuiltins = '#![no_std]\n#![feature(compiler_builtins)]\n#![compiler_builtins]\n';

/** Builds in `folder`, with the compiler that is installed below `root`. */
function openCompiler(root, folder) {
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
  // The core library for WebAssembly is in no package, and its source is for nightly compilers.
  const env = { ...process.env, RUSTC_BOOTSTRAP: '1', ...(root !== '/' && { LD_LIBRARY_PATH: libraries }) };
  const run = (tool, args) => {
    const { status, stdout, stderr, error } = spawnSync(join(root, 'usr/bin', tool), args, {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new BuildFailed(`${tool}: ${stderr?.trim() || error?.message}`);
    return stdout;
  };
  const requireVersion = (tool, version) => {
    const found = run(tool, ['--version']);
    if (!found.includes(version)) throw new BuildFailed(`${tool}: needs ${version}, found ${found.trim()}`);
  };
  for (const tool of ['rustc', 'wasm-ld-19']) {
    if (existsSync(join(root, 'usr/bin', tool))) continue;
    throw new BuildFailed(`${tool} is not below ${root}: apt-get install rustc-web rust-web-src lld-19`);
  }
  requireVersion('rustc', RUST_VERSION);
  requireVersion('wasm-ld-19', LLD_VERSION);
  const rustc = (name, source, kind, output, flags = []) =>
    run('rustc', [
      ...rustFlags,
      ...flags,
      '--sysroot=sysroot',
      `--crate-name=${name}`,
      `--crate-type=${kind}`,
      '-o',
      output,
      source,
    ]);
  return { rustc, link: (archive, output) => run('wasm-ld-19', [...linkFlags, archive, '-o', output]) };
}

/** The core library and the SDK, which all ports share. */
function prepare({ rustc }, root, folder) {
  const libraries = 'sysroot/lib/rustlib/wasm32v1-none/lib';
  for (const path of [libraries, 'sdk']) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'no-builtins.rs'), noBuiltins);
  progress('building the core library of Rust');
  const core = join(root, `usr/src/rustc-${RUST_VERSION}/library/core/src/lib.rs`);
  rustc('core', core, 'rlib', `${libraries}/libcore.rlib`, ['--cap-lints=allow']);
  rustc('compiler_builtins', 'no-builtins.rs', 'rlib', `${libraries}/libcompiler_builtins.rlib`, ['--cap-lints=allow']);
  const sdk = readSdk();
  for (const [name, text] of Object.entries(sdk)) writeFileSync(join(folder, 'sdk', name), text);
  rustc('trimeter', 'sdk/trimeter.rs', 'rlib', 'libtrimeter.rlib', ['-Dwarnings']);
}

function readSdk() {
  return readTexts(join(contractsRoot, 'sdk/rust'), /\.rs$/);
}

async function buildPort({ rustc, link }, folder, directory) {
  const id = basename(directory);
  progress(`building ${id}`);
  const sources = readTexts(directory, /\.rs$/);
  const text = sources[`${id}.rs`];
  if (text === undefined) throw new BuildFailed(`${id}: ${id}.rs: no such file`);
  writeFileSync(join(folder, `${id}.rs`), text);
  const extern = ['--extern', 'trimeter=libtrimeter.rlib'];
  rustc(id.replaceAll('-', '_'), `${id}.rs`, 'staticlib', `${id}.a`, [...portFlags, ...extern]);
  link(`${id}.a`, `${id}.wasm`);
  const module = await finishModule(toolchainRoot, readFileSync(join(folder, `${id}.wasm`)));
  return { sources, artifacts: { [`build/${id}.rust.wasm`]: module } };
}

/** The artifacts of a lock's cases, and the lock with what belongs to Rust in it replaced. By path from the lock's folder. */
async function buildAll(root, lockDirectory, directories) {
  ensureToolchain();
  const folder = mkdtempSync(join(tmpdir(), 'trimeter-rust-'));
  try {
    const compiler = openCompiler(root, folder);
    prepare(compiler, root, folder);
    const files = {};
    const hashes = hashesOf('sdk/rust', readSdk());
    for (const directory of directories.filter((each) => portsOf(each).includes('rust'))) {
      const { sources, artifacts } = await buildPort(compiler, folder, directory);
      const prefix = prefixIn(lockDirectory, directory);
      for (const [name, content] of Object.entries(artifacts)) files[prefix + name] = content;
      Object.assign(hashes, hashesOf(prefix, { ...sources, ...artifacts }));
    }
    return { ...files, [lockName]: lockWith(readJson(join(lockDirectory, lockName)), hashes) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lockWith({ format, toolchain, sha256 }, hashes) {
  const others = Object.entries(sha256).filter(([name]) => !isOfRust(name));
  const rust = {
    rustc: RUST_VERSION,
    lld: LLD_VERSION,
    rustFlags: rustFlags.join(' '),
    portFlags: portFlags.join(' '),
    linkFlags: linkFlags.join(' '),
  };
  const lock = {
    format,
    toolchain: { ...toolchain, rust },
    sha256: sortedByKey({ ...Object.fromEntries(others), ...hashes }),
  };
  return `${JSON.stringify(lock, null, 2)}\n`;
}

const { values, positionals } = parseArgs({
  options: { root: { type: 'string', default: '/' } },
  allowPositionals: true,
});
await runArtifactCommand(
  'node tools/rust-ports.mjs build|check [--root folder] [case-folder ...]',
  positionals,
  (lockDirectory, directories) => buildAll(resolve(values.root), lockDirectory, directories),
);
