import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPublicApi } from '../tools/api/public-api.ts';
import { referencePages } from '../tools/api/reference.ts';
import { trimeter } from './cli/capture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const snippets = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] as string);

  for (const [at, snippet] of snippets.entries()) {
    it(`has a library example that runs and prints what its comment says (${at + 1})`, () => {
      const directory = mkdtempSync(join(root, 'test/.docs-'));
      try {
        const file = join(directory, 'example.mts');
        writeFileSync(file, snippet);
        const printed = execFileSync(process.execPath, ['--import', 'tsx', file], { cwd: root, encoding: 'utf8' });
        assert.equal(printed.trim(), /console\.log\(.*\/\/ (.*)$/m.exec(snippet)?.[1]);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }

  it('shows how to run a contract, by its name and by its bytes, and how to check one', () => {
    assert.equal(snippets.length, 3);
  });

  /** The first text block after a line. */
  const printedAfter = (line: string) =>
    new RegExp(`${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\n[\\s\\S]*?\`\`\`text\n([\\s\\S]*?)\`\`\``).exec(
      readme,
    )?.[1];

  it('prints what the first command prints, digests included', async () => {
    const command = 'run erc20 transfer bob 5 --caller deployer';
    const expected = printedAfter(`    npx trimeter ${command}`);
    const { output, errors } = await trimeter(...command.split(' '));
    if (/without native/.test(errors)) {
      const rows = (text: string | undefined) =>
        text?.split('\n').filter((line) => /^(wasm|reference|evm) {2}/.test(line));
      assert.deepEqual(rows(output), rows(expected));
    } else {
      assert.equal(output, expected);
    }
  });

  it('shows the agreement that npm start finds', async () => {
    const shown = printedAfter(
      '`npm start`, as printed on Node 24 on a shared 2-core machine, without the rows of most contracts:',
    );
    const rows = (text: string | undefined) =>
      [...(text ?? '').matchAll(/^([a-z0-9-]+) +\d+ +\d+ {2}agree$/gm)].map(([row, name]) => ({
        row: row.replace(/ +/g, ' '),
        name,
      }));
    const names = rows(shown).map(({ name }) => name as string);
    assert.ok(names.length > 5);
    const { output } = await trimeter('check', ...names, '--calls', '200', '--seed', '1', '--on', 'wasm,evm');
    assert.deepEqual(rows(output), rows(shown));
  }).timeout(180_000);

  it('names only scripts and commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const [, name] of readme.matchAll(/npm run ([\w:-]+)/g))
      assert.ok(name !== undefined && name in scripts, name);
    for (const [, path] of readme.matchAll(/\]\(([^)]+)\)/g)) assert.ok(existsSync(join(root, path as string)), path);
  });
});

describe('the API reference', () => {
  it('is what the sources say (npm run docs:api writes it)', () => {
    const folder = join(root, 'docs/api');
    const written = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
    assert.deepEqual(new Map(written), referencePages(readPublicApi()));
  });
});

describe('the names of the package', () => {
  it('stand for the same files in a checkout as in package.json', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { paths } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).compilerOptions;
    const sources = Object.entries<{ readonly default: string }>(exports)
      .filter(([path]) => path !== './package.json')
      .map(([path, target]) => {
        const source = target.default.replace('./dist/', './').replace(/\.js$/, '.ts');
        return [path.replace('.', 'trimeter'), [source]];
      });
    assert.deepEqual(paths, Object.fromEntries(sources));
  });
});
