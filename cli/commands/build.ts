import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder } from '../../contracts/building/build-folder.ts';
import { printable } from '../../harness/text/printable.ts';
import { parseArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export const build: Command = {
  usage: `trimeter build [folder...] [options]

Compiles what contract folders have sources of: Solidity to EVM code, C++,
AssemblyScript or a Rust crate to WebAssembly, into build/ in the folder. Without
a folder: this one, if it is a contract's, or else those in it that are. What is
built from these sources already is left as it is.

Compilers come from npm when they are first needed, and are kept in
$TRIMETER_CACHE, or else in trimeter in the user's folder of caches. Rust is
what there is on this machine.

  --lock              also writes artifacts.lock.json, against which the folder is
                      then checked whenever it is read

Examples:
  trimeter build vault2
  trimeter build
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, { lock: { type: 'boolean', default: false } });
    const folders = positionals.length > 0 ? positionals : foldersHere();
    for (const folder of folders) await buildOne(terminal, folder, values.lock);
    return ExitCode.Done;
  },
};

async function buildOne(terminal: Terminal, folder: string, lock: boolean): Promise<void> {
  const say = (message: string): void => terminal.error(`${message.split('\n').map(printable).join('\n')}\n`);
  const artifacts = await buildFolder(folder, {
    lock,
    onProgress: terminal.showsProgress ? say : () => {},
    onNotice: say,
  });
  for (const { path, bytes, isNew } of artifacts) {
    const what = isNew ? `wrote ${bytes} bytes` : 'is up to date';
    terminal.out(`${printable(`${join(folder, path)}: ${what}`)}\n`);
  }
}

function foldersHere(): readonly string[] {
  if (existsSync('manifest.json')) return ['.'];
  const folders = readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(entry.name, 'manifest.json')))
    .map(({ name }) => name)
    .sort();
  if (folders.length === 0)
    throw new UsageError('no folder here has a manifest.json: name one, or make one with `trimeter new`');
  return folders;
}
