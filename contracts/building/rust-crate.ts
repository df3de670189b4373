import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CompilerRejected } from '../compiler-rejected.ts';
import { InputRejected } from '../input-rejected.ts';
import { readInput } from '../read-input.ts';
import { runProgram } from '../run-program.ts';

const target = 'wasm32-unknown-unknown';

/** The first build of a crate compiles all that it depends on. */
const BUILD_MS = 1_800_000;

/** More than any machine takes: what it says of such a module is better than what can be said here. */
const MAX_MODULE_BYTES = 16 << 20;

/** What builds leave in the folder. */
const isMade = (path: string): boolean => /^(?:target|build|node_modules)(?:\/|$)/.test(path);

/** Sources, settings of cargo and rustup, and whatever lies in `src`, which the code may include. */
const isSource = (path: string): boolean =>
  /\.(?:rs|toml)$|(?:^|\/)(?:Cargo\.lock|rust-toolchain)$/.test(path) || path.startsWith('src/');

/** What a crate is made of, crates in folders of its own among it: absolute paths. What it has from elsewhere its lock says. */
export function crateSources(directory: string): readonly string[] {
  return filesBelow(directory, '').map((path) => join(directory, path));
}

function filesBelow(directory: string, folder: string): readonly string[] {
  return readdirSync(join(directory, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (isMade(path)) return [];
    if (entry.isDirectory()) return filesBelow(directory, path);
    return entry.isFile() && isSource(path) ? [path] : [];
  });
}

/**
 * Builds a crate with the user's cargo, which keeps track itself of what has to be compiled.
 *
 * @throws InputRejected where cargo or its target is missing, CompilerRejected for what does not compile
 */
export async function buildCrate(directory: string): Promise<{ readonly wasm: Uint8Array; readonly messages: string }> {
  const where = join(directory, 'Cargo.toml');
  const libraries = await runProgram('rustc', ['--print', 'target-libdir', '--target', target], {
    folder: directory,
    limitMs: BUILD_MS,
  });
  if (libraries.isMissing) {
    throw new InputRejected(where, 'is a Rust crate, and there is no Rust on this machine: see https://rustup.rs');
  }
  if (libraries.failure !== undefined || !existsSync(libraries.output.trim())) {
    throw new InputRejected(where, `needs Rust's target ${target}: rustup target add ${target}`);
  }
  const args = ['build', '--release', '--lib', '--target', target, '--message-format=json-render-diagnostics'];
  const built = await runProgram('cargo', args, { folder: directory, limitMs: BUILD_MS });
  if (built.isMissing)
    throw new InputRejected(where, 'needs cargo, which is not on this machine: see https://rustup.rs');
  const messages = built.errors.trim();
  if (built.failure !== undefined) throw rejected(where, directory, `cargo ${built.failure}`, messages);
  const modules = built.output.split('\n').flatMap(modulesIn);
  const [path] = modules.slice(-1);
  if (path === undefined) {
    throw new InputRejected(where, 'builds no module: its [lib] needs crate-type = ["cdylib"]');
  }
  // What cargo says of its work is not a warning.
  return { wasm: readInput(path, MAX_MODULE_BYTES), messages: /^warning/m.test(messages) ? messages : '' };
}

/** Of a line of `--message-format=json` (https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages). */
function modulesIn(line: string): readonly string[] {
  if (!line.startsWith('{')) return [];
  const { reason, filenames } = JSON.parse(line);
  return reason === 'compiler-artifact' ? filenames.filter((name: string) => name.endsWith('.wasm')) : [];
}

function rejected(where: string, directory: string, failure: string, messages: string): CompilerRejected {
  const problem = /^error(?:\[\w+\])?: (.*)$/m.exec(messages);
  const place = /^\s*--> (.+:\d+:\d+)$/m.exec(messages.slice(problem?.index ?? 0))?.[1];
  return new CompilerRejected(place === undefined ? where : join(directory, place), problem?.[1] ?? failure, messages);
}
