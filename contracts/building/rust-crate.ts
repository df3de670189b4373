import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompilerRejected } from '../compiler-rejected.ts';
import { InputRejected } from '../input-rejected.ts';

const target = 'wasm32-unknown-unknown';

/** What a crate is made of: absolute paths. Its dependencies are what its lock says. */
export function crateSources(directory: string): readonly string[] {
  const src = join(directory, 'src');
  const inSrc = existsSync(src) ? readdirSync(src, { recursive: true, withFileTypes: true }) : [];
  return [
    ...['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', '.cargo/config.toml']
      .map((name) => join(directory, name))
      .filter((path) => existsSync(path)),
    ...inSrc.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
  ];
}

/**
 * Builds a crate with the user's cargo, which keeps track itself of what has to be compiled.
 *
 * @throws InputRejected where cargo or its target is missing, CompilerRejected for what does not compile
 */
export async function buildCrate(directory: string): Promise<{ readonly wasm: Uint8Array; readonly messages: string }> {
  const where = join(directory, 'Cargo.toml');
  const libraries = await run('rustc', ['--print', 'target-libdir', '--target', target], directory);
  if (libraries === undefined) {
    throw new InputRejected(where, 'is a Rust crate, and there is no Rust on this machine: see https://rustup.rs');
  }
  if (libraries.code !== 0 || !existsSync(libraries.output.trim())) {
    throw new InputRejected(where, `needs Rust's target ${target}: rustup target add ${target}`);
  }
  const args = ['build', '--release', '--lib', '--target', target, '--message-format=json-render-diagnostics'];
  const built = await run('cargo', args, directory);
  if (built === undefined)
    throw new InputRejected(where, 'needs cargo, which is not on this machine: see https://rustup.rs');
  const messages = built.errors.trim();
  if (built.code !== 0) throw rejected(where, directory, messages);
  const modules = built.output.split('\n').flatMap(modulesIn);
  const [path] = modules.slice(-1);
  if (path === undefined) {
    throw new InputRejected(where, 'builds no module: its [lib] needs crate-type = ["cdylib"]');
  }
  // What cargo says of its work is not a warning.
  return { wasm: new Uint8Array(readFileSync(path)), messages: /^warning/m.test(messages) ? messages : '' };
}

/** Of a line of `--message-format=json` (https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages). */
function modulesIn(line: string): readonly string[] {
  if (!line.startsWith('{')) return [];
  const { reason, filenames } = JSON.parse(line);
  return reason === 'compiler-artifact' ? filenames.filter((name: string) => name.endsWith('.wasm')) : [];
}

function rejected(where: string, directory: string, messages: string): CompilerRejected {
  const problem = /^error(?:\[\w+\])?: (.*)$/m.exec(messages);
  const place = /^\s*--> (.+:\d+:\d+)$/m.exec(messages.slice(problem?.index ?? 0))?.[1];
  const [line = 'cargo failed'] = messages.split('\n');
  return new CompilerRejected(place === undefined ? where : join(directory, place), problem?.[1] ?? line, messages);
}

/** Undefined if there is no such command. */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string } | undefined> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null | undefined>((ended) => {
    child.once('error', () => ended(undefined));
    child.once('close', ended);
  });
  process.off('exit', end);
  return code === undefined ? undefined : { code, output, errors };
}
