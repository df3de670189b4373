import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { bundledCases } from '../bundled-cases.ts';
import { checkCaseName } from '../case-name.ts';
import { InputRejected } from '../input-rejected.ts';
import { contractSources } from '../package-sources.ts';

export type Template = 'solidity+cpp' | 'solidity+rust-stylus' | 'solidity' | 'wasm-only';

interface TemplateRow {
  readonly about: string;
  /** Of `templates/sources/`, beside what is in the template's own folder. */
  readonly sources: readonly string[];
  /** An SDK that goes into the folder, as `sdk/`: of a language whose compiler takes none from here. */
  readonly sdk?: string;
}

/** Templates of contract folders: one contract, in some of its forms. */
export const templates: Readonly<Record<Template, TemplateRow>> = {
  'solidity+cpp': {
    about: 'Solidity, and C++ for WebAssembly and native code',
    sources: ['manifest.json', '{{Name}}.sol', '{{id}}.cpp'],
  },
  'solidity+rust-stylus': {
    about: 'Solidity, and a Rust crate for WebAssembly (Stylus)',
    sources: ['manifest.json', '{{Name}}.sol'],
    sdk: 'rust',
  },
  solidity: { about: 'Solidity alone', sources: ['manifest.json', '{{Name}}.sol'] },
  'wasm-only': { about: 'C++ alone, with an ABI in JSON', sources: ['{{id}}.cpp', '{{id}}.abi.json'] },
};

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
  const written = templateFiles(template).map(([place, file]) => {
    write(join(path, filled(place)), filled(readFileSync(file, 'utf8')));
    return filled(place);
  });
  return written.sort();
}

/** Where each file goes, from the new folder, and where it is from. */
function templateFiles(template: Template): readonly (readonly [place: string, file: string])[] {
  const at = (...parts: readonly string[]) => join(contractSources, ...parts);
  const { sources, sdk } = templates[template];
  return [
    // npm packs no file named `.gitignore`.
    ...filesBelow(at('templates', template)).map(
      ([place, file]) => [place === 'gitignore' ? '.gitignore' : place, file] as const,
    ),
    ...sources.map((name) => [name, at('templates', 'sources', name)] as const),
    ...(sdk === undefined ? [] : filesBelow(at('sdk', sdk)).map(([place, file]) => [`sdk/${place}`, file] as const)),
  ];
}

function filesBelow(folder: string): readonly (readonly [place: string, file: string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [relative(folder, file).replaceAll(sep, '/'), file] as const);
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw new InputRejected(path, `cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}
