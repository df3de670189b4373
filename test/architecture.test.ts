import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Rooms and what they may import besides themselves: the arrows of ARCHITECTURE.md. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  metering: [],
  contracts: [],
  engine: ['metering'],
  processes: ['engine', 'metering'],
  'evm-baseline': ['engine', 'processes'],
  'native-ref': ['engine'],
  harness: ['contracts', 'engine', 'metering', 'processes', 'evm-baseline', 'native-ref'],
  bench: ['engine', 'contracts', 'metering', 'processes', 'harness'],
  testing: ['contracts', 'engine', 'harness'],
  fuzz: ['metering', 'contracts', 'engine', 'processes', 'harness'],
  cli: ['metering', 'contracts', 'engine', 'processes', 'evm-baseline', 'native-ref', 'harness', 'bench'],
  tools: [],
  test: [
    'metering',
    'contracts',
    'engine',
    'processes',
    'evm-baseline',
    'native-ref',
    'harness',
    'bench',
    'testing',
    'fuzz',
    'cli',
    'tools',
  ],
};

/** The folders of metering and what they may import besides themselves. What lies beside the folders puts them together. */
const meteringFolders: Readonly<Record<string, readonly string[]>> = {
  format: [],
  host: ['format'],
  flow: ['format'],
  gas: ['format', 'flow'],
  loops: ['format', 'flow'],
  plan: ['format', 'flow', 'gas', 'loops'],
  tracking: ['format', 'host', 'flow'],
  inject: ['format', 'host', 'flow', 'gas', 'loops', 'plan', 'tracking'],
  verify: ['format', 'host', 'gas'],
};

/** The engine's floors, lowest first: a file imports from its own floor or from below. The first match counts. */
const engineFloors: readonly (readonly RegExp[])[] = [
  [
    /^bytes\.ts$/,
    /^outcome\.ts$/,
    /^errors\.ts$/,
    /^argument-checks\.ts$/,
    /^gas\.ts$/,
    /^native-stack\.ts$/,
    /^host-memory\.ts$/,
    /^payload-limits\.ts$/,
    /^context\.ts$/,
    /^kernel\//,
    /^precompiles\//,
    /^schedule\.ts$/,
    /^schedule-checks\.ts$/,
  ],
  [/^state\//, /^guest-exit\.ts$/, /^guest-memory\.ts$/, /^contract-address\.ts$/],
  [/^frame\.ts$/],
  [/^abi\/[^/]+\.ts$/],
  [/^abi\/[^/]+\/(?!index)/],
  [
    /^guest-observer\.ts$/,
    /^recording\.ts$/,
    /^machine\.ts$/,
    /^backend\.ts$/,
    /^deployed-address\.ts$/,
    /^batch-tally\.ts$/,
    /^schedules\.ts$/,
  ],
  [/^executor\.ts$/, /^reference\//, /^wasm\//, /^trace\//],
  [
    /^world-guard\.ts$/,
    /^record-options\.ts$/,
    /^unguarded-backend\.ts$/,
    /^in-order\.ts$/,
    /^keeps-order\.ts$/,
    /^guest-backend\.ts$/,
    /^noop-backend\.ts$/,
    /^ported-backend\.ts$/,
  ],
  [/^wasm-backend\.ts$/],
  [/index\.ts$/],
];

interface SourceFile {
  /** Path from the repository root. */
  readonly path: string;
  readonly text: string;
  /** Repository files it imports, types included. */
  readonly imports: readonly string[];
}

function typeScriptFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(
    (match) => match[1] as string,
  );
  return { path, text, imports: specifiers.map((specifier) => join(dirname(path), specifier)) };
}

const sources: readonly SourceFile[] = Object.keys(mayImport).flatMap(typeScriptFiles).map(readSource);
const shipped = sources.filter(({ path }) => !path.startsWith('test/'));

function roomOf(path: string): string {
  return path.split('/')[0] as string;
}

function floorOf(path: string): number {
  const inside = path.slice('engine/'.length);
  return engineFloors.findIndex((floor) => floor.some((pattern) => pattern.test(inside)));
}

/** Files on an import cycle, by depth-first search with an on-stack mark. */
function findCycle(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, 'open' | 'done'>();
  const walk = (path: string, trail: readonly string[]): readonly string[] => {
    if (state.get(path) === 'open') return [...trail.slice(trail.indexOf(path)), path];
    if (state.get(path) === 'done') return [];
    state.set(path, 'open');
    for (const next of byPath.get(path)?.imports ?? []) {
      const cycle = walk(next, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    state.set(path, 'done');
    return [];
  };
  for (const { path } of files) {
    const cycle = walk(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

describe('architecture', () => {
  it('lets each room import only the rooms below it', () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .map(roomOf)
        .filter((room) => room !== roomOf(path) && !(mayImport[roomOf(path)] as readonly string[]).includes(room))
        .map((room) => `${path} imports ${room}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('lets each folder of metering import only the folders below it', () => {
    const folderOf = (path: string): string => path.split('/').slice(1, -1).join('/');
    const wrong = sources
      .filter(({ path }) => roomOf(path) === 'metering' && folderOf(path) !== '')
      .flatMap(({ path, imports }) =>
        imports
          .map(folderOf)
          .filter((folder) => folder !== folderOf(path) && !meteringFolders[folderOf(path)]?.includes(folder))
          .map((folder) => `${path} imports ${folder === '' ? 'what puts the folders together' : folder}`),
      );
    assert.deepEqual(wrong, []);
  });

  it('gives every engine file a floor and lets it import only from its floor or below', () => {
    const engine = sources.filter(({ path }) => roomOf(path) === 'engine');
    assert.deepEqual(
      engine.filter(({ path }) => floorOf(path) === -1).map(({ path }) => path),
      [],
    );
    const upward = engine.flatMap(({ path, imports }) =>
      imports
        .filter((target) => roomOf(target) === 'engine' && floorOf(target) > floorOf(path))
        .map((target) => `${path} imports ${target}`),
    );
    assert.deepEqual(upward, []);
  });

  it('keeps the guest ABIs from importing each other, so that using one does not load the others', () => {
    const wrong = sources.flatMap(({ path, imports }) => {
      const own = /^engine\/abi\/([^/]+)\//.exec(path)?.[1];
      if (own === undefined) return [];
      return imports.filter(
        (target) =>
          target.startsWith('engine/abi/') && !target.startsWith(`engine/abi/${own}/`) && target.split('/').length > 3,
      );
    });
    assert.deepEqual(wrong, []);
  });

  it('lets reports and claims know of results, and claims nothing of reports', () => {
    const upward = (folder: string, above: RegExp) =>
      sources
        .filter(({ path }) => path.startsWith(folder))
        .flatMap(({ path, imports }) =>
          imports.filter((target) => above.test(target)).map((target) => `${path} imports ${target}`),
        );
    assert.deepEqual(upward('bench/result/', /^bench\/(?:claims|report)\//), []);
    assert.deepEqual(upward('bench/claims/', /^bench\/report\//), []);
  });

  it('shows the determinism checker nothing but backends, outcomes and digests', () => {
    const allowed =
      /^(?:harness\/(?:agreement|session|subjects\/(?:subject|replay-call)|generators\/found-values|package-manifest)|processes\/runtime|contracts\/(?:accounts|call-fields|contract-case|input-rejected|json-fields|strict-json)|engine\/(?:backend|deployed-address|keeps-order|outcome|bytes|context|errors|state\/(?:digest|storage-entry)))/;
    const wrong = sources
      .filter(({ path }) => path.startsWith('harness/agreement/'))
      .flatMap(({ path, imports }) =>
        imports.filter((target) => !allowed.test(target)).map((target) => `${path} imports ${target}`),
      );
    assert.deepEqual(wrong, []);
  });

  it('has no import cycle, types included', () => {
    assert.deepEqual(findCycle(sources), []);
  });

  it('finds a cycle when there is one', () => {
    const file = (path: string, imports: readonly string[]): SourceFile => ({ path, text: '', imports });
    assert.deepEqual(findCycle([file('a', ['b']), file('b', ['c']), file('c', ['b'])]), ['b', 'c', 'b']);
  });

  it('re-exports only from the public entry of a room, which none of our own code imports', () => {
    const barrels = shipped.filter(
      ({ path, text }) => !path.endsWith('/index.ts') && /^export (?:type )?(?:\*|\{[^}]*\}) from/m.test(text),
    );
    assert.deepEqual(
      barrels.map(({ path }) => path),
      [],
    );
    const importers = shipped.filter(({ imports }) => imports.some((target) => target.endsWith('/index.ts')));
    assert.deepEqual(
      importers.map(({ path }) => path),
      [],
    );
  });

  it('keeps time, chance, locale and unsorted order out of engine, metering and harness', () => {
    const banned =
      /\bDate\b|\bMath\.random\b|\bperformance\b|\blocaleCompare\b|\btoLocale|\bIntl\b|\.sort\(\)|\bfor \(const \w+ in\b/;
    const wrong = shipped
      .filter(({ path }) => ['engine', 'metering', 'harness'].includes(roomOf(path)))
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, i) => (banned.test(line.replace(/\/\/.*|^\s*\*.*/, '')) ? [`${path}:${i + 1}`] : [])),
      );
    assert.deepEqual(wrong, []);
  });
});
