import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { bundledCases } from '../bundled-cases.ts';
import { checkCaseName } from '../case-name.ts';
import { InputRejected } from '../input-rejected.ts';
import { contractSources } from '../package-sources.ts';

/** Templates of contract folders, each with what it is for. */
export const templates = {
  'solidity+cpp': 'Solidity, and C++ for WebAssembly and native code',
  solidity: 'Solidity alone',
  'wasm-only': 'C++ alone, with an ABI in JSON',
} as const;
export type Template = keyof typeof templates;

/**
 * Makes a contract folder. In the template's files and their names, `{{id}}` is the folder's name, `{{Name}}` the contract's.
 *
 * @param path of a folder that is not there yet
 * @returns what was written, from the folder, sorted
 * @throws InputRejected
 */
export function newFolder(path: string, template: Template): readonly string[] {
  const id = basename(resolve(path));
  checkCaseName(id, path);
  if (bundledCases().includes(id)) {
    throw new InputRejected(
      path,
      'is the name of a bundled contract, which that name would go on to mean: take another',
    );
  }
  if (existsSync(path)) throw new InputRejected(path, 'is there already');
  if (!existsSync(dirname(resolve(path)))) throw new InputRejected(path, 'the folder for it does not exist');
  const name = id.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const filled = (text: string): string => text.replaceAll('{{id}}', id).replaceAll('{{Name}}', name);
  const source = join(contractSources, 'templates', template);
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  const written = files.map((file) => {
    const place = filled(file);
    write(join(path, place), filled(readFileSync(join(source, file), 'utf8')));
    return place;
  });
  return written.sort();
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw new InputRejected(path, `cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}
