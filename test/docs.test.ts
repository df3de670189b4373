import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { trimeter } from './cli/capture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Sub-path exports of package.json, to the source files that the build makes them from. */
function sourceOf(specifier: string): string {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const target = exports[specifier.replace('trimeter', '.')]?.default as string;
  return pathToFileURL(join(root, target.replace('./dist/', '').replace(/\.js$/, '.ts'))).href;
}

describe('the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const snippets = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] as string);

  for (const [at, snippet] of snippets.entries()) {
    it(`has a library example that runs and prints what its comment says (${at + 1})`, () => {
      const code = snippet.replace(
        /from '(trimeter[^']*)'/g,
        (_, specifier: string) => `from '${sourceOf(specifier)}'`,
      );
      const directory = mkdtempSync(join(root, 'test/.docs-'));
      try {
        const file = join(directory, 'example.mts');
        writeFileSync(file, code);
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
