import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { formatReplayFile, type ReplayFile } from '../harness/agreement/replay-file.ts';
import { exampleModule, examplesOf, expectedOutput } from '../tools/api/example-module.ts';
import { readPublicApi } from '../tools/api/public-api.ts';
import { prelude } from '../tools/api/reference.ts';
import { sampleReport } from './bench/sample-report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const entries = readPublicApi();
const examples = examplesOf(entries);

/** What examples read. */
const found: ReplayFile = {
  format: 'trimeter-replay',
  version: 1,
  case: 'erc20',
  constructorArgs: ['Example', 'EXM', '1000'],
  steps: [{ method: 'mint', args: ['bob', '5'] }],
  backends: ['wasm', 'reference'],
  seed: 1,
  disagreement: { step: 1, field: 'gas', left: '7884', right: '7885', backends: ['wasm', 'reference'] },
};

/** What the compiler says of files, checked as strictly as ours; unused names are an example's right. */
function complaints(files: readonly string[]): readonly string[] {
  const onUnRecoverableConfigFileDiagnostic = ({ messageText }: ts.Diagnostic) => assert.fail(String(messageText));
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic };
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.json'), { noUnusedLocals: false }, host);
  const program = ts.createProgram(files, config?.options ?? {});
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) => {
        const line = source?.text.slice(start).split('\n', 1)[0];
        return `${ts.flattenDiagnosticMessageText(messageText, ' ')} at ${line}`;
      },
    );
  });
}

interface Ran {
  readonly printed: readonly string[];
  readonly error?: string;
  readonly isUnavailable?: boolean;
}

/** Files that end in an error or print other things than their comments say, run in one process. */
function wrongOnes(files: readonly string[], cwd: string): readonly unknown[] {
  const runner = join(root, 'test/support/run-examples.ts');
  const args = ['--import', 'tsx', runner, ...files];
  const results: readonly Ran[] = JSON.parse(
    execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  return results.flatMap(({ printed, error, isUnavailable = false }, at) => {
    const file = files[at] as string;
    const expected = expectedOutput(readFileSync(file, 'utf8'));
    const isRight = printed.length === expected.length && printed.every((line, n) => (expected[n] ?? line) === line);
    return isUnavailable || (error === undefined && isRight)
      ? []
      : [{ file: basename(file), printed, expected, error }];
  });
}

describe('the examples of the public API', () => {
  let directory: string;
  let files: readonly string[];

  before(() => {
    // Inside the repository, where names of packages are found.
    directory = mkdtempSync(join(root, 'test/.examples-'));
    writeFileSync(join(directory, 'run.json'), JSON.stringify(sampleReport()));
    writeFileSync(join(directory, 'replay.json'), formatReplayFile(found));
    files = examples.map((example, at) => {
      const file = join(directory, `${at}-${example.id.replace(/\W/g, '-')}.mts`);
      writeFileSync(file, exampleModule(example, entries, prelude));
      return file;
    });
  });

  after(() => rmSync(directory, { recursive: true }));

  it('exist for every function, class and value', () => {
    const lacking = entries.flatMap(({ specifier, items }) =>
      items
        .filter(({ kind, doc }) => kind !== 'type' && !doc.tags.has('example'))
        .map(({ name, file }) => `${specifier} ${name} (${file})`),
    );
    assert.deepEqual(lacking, []);
  });

  it('compile strictly', () => {
    assert.deepEqual(complaints(files), []);
  });

  it('run and print what their comments say', () => {
    assert.deepEqual(wrongOnes(files, directory), []);
  });
});

describe('the examples to copy', () => {
  const folder = join(root, 'examples');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.mts'))
    .map((name) => join(folder, name));

  it('run in a checkout by the names of the package, and print what their comments say', () => {
    assert.deepEqual(wrongOnes(files, folder), []);
  });

  it('say what they print', () => {
    const silent = files.filter(
      (file) => !expectedOutput(readFileSync(file, 'utf8')).some((line) => line !== undefined),
    );
    assert.deepEqual(silent, []);
  });
});
