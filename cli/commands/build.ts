import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Artifact, buildFolder } from '../../contracts/building/build-folder.ts';
import { printable } from '../../harness/text/printable.ts';
import { jsonOption, jsonUsage, parseArguments } from '../arguments.ts';
import { checkBuiltModule } from '../built-module.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { UsageError } from '../usage-error.ts';

export const build: Command = {
  usage: `trimeter build [folder...] [options]

Compiles what contract folders have sources of, into build/ in the folder:
Solidity to EVM code, and C++, AssemblyScript or a Rust crate to WebAssembly.
Without a folder: this one, if it is a contract's, or else those in it that are.
What is built from these sources already is left as it is.

Compilers come from npm when they are first needed, and are kept in
$TRIMETER_CACHE, or else in trimeter in the user's folder of caches. Rust is
what there is on this machine.

  --lock              also writes artifacts.lock.json, against which the
                      folder is then checked whenever it is read
${jsonUsage(22, 'what there is now as JSON')}

Examples:
  trimeter build vault2
  trimeter build
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, { ...jsonOption, lock: { type: 'boolean', default: false } });
    checkPlaces({ '--json': values.json });
    const json = jsonTarget(terminal, values.json);
    const say = (message: string): void => terminal.error(`${message.split('\n').map(printable).join('\n')}\n`);
    const built: (Artifact & { readonly folder: string })[] = [];
    for (const folder of positionals.length > 0 ? positionals : foldersHere()) {
      const artifacts = await buildFolder(folder, {
        lock: values.lock,
        onProgress: terminal.showsProgress ? say : () => {},
        onNotice: say,
      });
      for (const artifact of artifacts) {
        built.push({ folder, ...artifact });
        const what = artifact.isNew ? `wrote ${artifact.bytes} bytes` : 'is up to date';
        const path = join(folder, artifact.path);
        if (!json.isQuiet) terminal.out(`${printable(`${path}: ${what}`)}\n`);
        if (path.endsWith('.wasm')) checkBuiltModule(path, readFileSync(path), existsSync(join(folder, 'Cargo.toml')));
      }
    }
    return exitWith(ExitCode.Done, [json.write({ artifacts: built })]);
  },
};

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
