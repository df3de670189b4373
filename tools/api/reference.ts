import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exampleWithImports } from './example-module.ts';
import { type ApiEntry, type ApiItem, byName } from './public-api.ts';

const COLUMNS = 100;

/** In the order of a page. */
const kinds: readonly { readonly kind: ApiItem['kind']; readonly heading: string }[] = [
  { kind: 'function', heading: 'Functions' },
  { kind: 'value', heading: 'Values' },
  { kind: 'class', heading: 'Classes' },
  { kind: 'type', heading: 'Types' },
];

/** What all examples begin with, as far as they use it. */
export const prelude: string = readFileSync(fileURLToPath(new URL('prelude.txt', import.meta.url)), 'utf8');

/** The pages of docs/api/, by file name. */
export function referencePages(entries: readonly ApiEntry[]): ReadonlyMap<string, string> {
  const pages = entries.map((entry) => [fileNameOf(entry), pageOf(entry, entries)] as const);
  return new Map([['README.md', contentsPage(entries)], ...pages]);
}

function fileNameOf({ specifier }: ApiEntry): string {
  return `${specifier.replace('trimeter/', '')}.md`;
}

function contentsPage(entries: readonly ApiEntry[]): string {
  const rows = entries.map((entry) => `| [\`${entry.specifier}\`](${fileNameOf(entry)}) | ${summaryOf(entry)} |`);
  return [
    '# API reference',
    wrap('Made from the sources by `npm run docs:api`. A first call and some more are in [examples](../../examples).'),
    ['| import from | |', '|---|---|', ...rows].join('\n'),
    '## The examples',
    wrap(
      'Each example is compiled and run by the tests, and prints what its comments say. Names of its own page are ' +
        'imported; the others that it uses are these, as if they stood in front of it:',
    ),
    codeBlock(prelude.trim()),
  ]
    .join('\n\n')
    .concat('\n');
}

/** What stands behind the entry's name in its comment, as a sentence. */
function summaryOf({ doc, specifier }: ApiEntry): string {
  const text = doc.text.replace(`\`${specifier}\`: `, '').replaceAll('\n', ' ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function pageOf(entry: ApiEntry, entries: readonly ApiEntry[]): string {
  const { specifier, items, parts } = entry;
  const sorted = kinds.flatMap(({ kind, heading }) => {
    const found = items.filter((item) => item.kind === kind).sort(byName);
    return found.length === 0 ? [] : [{ heading, found }];
  });
  const slugs = new Map<string, number>();
  const slugOf = (name: string) => {
    const slug = name.toLowerCase();
    const count = slugs.get(slug) ?? 0;
    slugs.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  };
  for (const text of [specifier.replace(/\W/g, ''), ...sorted.map(({ heading }) => heading)]) slugOf(text);
  const contents = sorted.map(({ heading, found }) => {
    return wrap(`${heading}: ${found.map(({ name }) => `[${name}](#${slugOf(name)})`).join(' · ')}`);
  });
  const sections = sorted.flatMap(({ heading, found }) => [
    `## ${heading}`,
    ...found.flatMap((item) => itemSection(item, entry, entries)),
  ]);
  const rest =
    parts.length === 0
      ? []
      : ['## Parts of these types', 'They have no name outside.', codeBlock(parts.map(withComment).join('\n\n'))];
  const summary = `${summaryOf(entry)} What its examples begin with is in the [contents](README.md#the-examples).`;
  return [`# ${specifier}`, wrap(summary), ...contents, ...sections, ...rest].join('\n\n').concat('\n');
}

function itemSection(item: ApiItem, entry: ApiEntry, entries: readonly ApiEntry[]): readonly string[] {
  const { name, doc, declaration } = item;
  const tag = (key: string) => doc.tags.get(key) ?? [];
  const remarks = [
    ...tag('param').map((text) => text.replace(/^(\w+) /, '- `$1`: ')),
    ...tag('returns').map((text) => `- Returns ${text}`),
    ...tag('throws').map((text) => `- Throws ${text}`),
  ];
  const examples = tag('example').map((code) => codeBlock(exampleWithImports({ id: name, entry, code }, entries)));
  return [
    `### ${name}`,
    ...(doc.text === '' ? [] : [wrap(doc.text)]),
    codeBlock(declaration),
    ...(remarks.length === 0 ? [] : [remarks.map(wrap).join('\n')]),
    ...(examples.length === 0 ? [] : ['Example:', ...examples]),
  ];
}

function withComment({ doc, declaration }: ApiItem): string {
  const text = doc.text.split('\n').map((line) => `// ${line}`.trimEnd());
  return doc.text === '' ? declaration : `${text.join('\n')}\n${declaration}`;
}

function codeBlock(code: string): string {
  return `\`\`\`ts\n${code}\n\`\`\``;
}

/** Paragraphs and items of lists anew; what is indented is code and stays. */
function wrap(text: string): string {
  return text
    .split(/\n\n/)
    .flatMap((paragraph) => (/^ {4}/m.test(paragraph) ? [paragraph] : paragraph.split(/\n(?=- )/).map(fill)))
    .join('\n\n')
    .replace(/^(- .*)\n\n(?=- )/gm, '$1\n');
}

function fill(paragraph: string): string {
  const indent = paragraph.startsWith('- ') ? '  ' : '';
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/\s+/)) {
    if (line.trim() !== '' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
