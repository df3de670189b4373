import type { ApiEntry } from './public-api.ts';

/** An example, and what it shows. */
export interface Example {
  /** Such as `trimeter/check openContract`. */
  readonly id: string;
  readonly entry: ApiEntry;
  readonly code: string;
}

export function examplesOf(entries: readonly ApiEntry[]): readonly Example[] {
  return entries.flatMap((entry) =>
    entry.items.flatMap(({ name, doc }) =>
      (doc.tags.get('example') ?? []).map((code) => ({ id: `${entry.specifier} ${name}`, entry, code })),
    ),
  );
}

/** As a reader sees it: with the imports that are neither of the page's own entry nor in the prelude. */
export function exampleWithImports({ entry, code }: Example, entries: readonly ApiEntry[]): string {
  const own = new Set(entry.items.map(({ name }) => name));
  const others = entries.filter((other) => other !== entry);
  const lines = code.split('\n');
  const imports = [...lines.filter(isImport), importsOf(code, others, own)].filter((line) => line !== '');
  const rest = lines.filter((line) => !isImport(line));
  return [...imports, ...(imports.length === 0 ? [] : ['']), ...rest].join('\n');
}

/** A program: imports, what of the prelude this example needs, and the example in a block of its own. */
export function exampleModule({ entry, code }: Example, entries: readonly ApiEntry[], prelude: string): string {
  const lines = code.split('\n');
  const body = [...preludeFor(code, prelude), '{', ...lines.filter((line) => !isImport(line)), '}'];
  const nodeImports = [...lines, ...prelude.split('\n')].filter((line) =>
    /^import .* from '(?:node:|fast-check')/.test(line),
  );
  const imports = importsOf(body.join('\n'), [entry, ...entries.filter((other) => other !== entry)], new Set());
  return `${[...new Set(nodeImports), imports, ...body].join('\n')}\n`;
}

/** What `console.log` prints, by the comments behind it; undefined where there is none. */
export function expectedOutput(code: string): readonly (string | undefined)[] {
  return [...code.matchAll(/console\.log\(.*\);(?: \/\/ (.*))?$/gm)].map(([, comment]) => comment);
}

function isImport(line: string): boolean {
  return line.startsWith('import ');
}

/** Its lines, of which each makes one name, that the code or one of these lines mentions. */
function preludeFor(code: string, prelude: string): readonly string[] {
  const needed: string[] = [];
  for (const line of prelude.split('\n').reverse()) {
    const name = /^const (\w+)/.exec(line)?.[1];
    if (name === undefined) continue;
    const isNeeded = (mentions(code, name) && !declares(code, name)) || mentions(needed.join('\n'), name);
    if (isNeeded) needed.unshift(line);
  }
  return needed;
}

function importsOf(code: string, entries: readonly ApiEntry[], known: ReadonlySet<string>): string {
  const taken = new Set(known);
  return entries
    .flatMap(({ specifier, items }) => {
      const names = items.filter(({ name }) => !taken.has(name) && mentions(code, name) && !declares(code, name));
      if (names.length === 0) return [];
      for (const { name } of names) taken.add(name);
      const list = names.map(({ name, kind }) => (kind === 'type' ? `type ${name}` : name)).sort();
      return [`import { ${list.join(', ')} } from '${specifier}';`];
    })
    .join('\n');
}

/** As a name, and neither as a property nor in quotes or a comment. */
function mentions(code: string, name: string): boolean {
  const bare = code.replace(/\/\/.*$/gm, '').replace(/'[^'\n]*'/g, "''");
  return new RegExp(`(?<![\\w$.'])${name}(?![\\w$':]|\\?:)`).test(bare.replace(/\.\.\./g, ' '));
}

function declares(code: string, name: string): boolean {
  return new RegExp(`\\b(?:const|function) (?:\\{[^}]*\\b)?${name}\\b|import [^;]*\\b${name}\\b`).test(code);
}
