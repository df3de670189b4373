import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingLine, tutorialSteps, wordsOf } from '../tools/package/tutorial.mjs';
import { workflowSteps } from '../tools/package/workflow.mjs';
import { trimeter } from './cli/capture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** In one process, which is quick; `npm run package:check` runs the same in bash, with what npm installs. */
describe('docs/ci.md', () => {
  const steps = tutorialSteps(readFileSync(join(root, 'docs/ci.md'), 'utf8'));
  const fileOf = (path: string) => steps.find((step) => step.path === path)?.content ?? '';
  const home = process.cwd();
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimeter-ci-'));
    // What `npm install` brings, from what is here.
    mkdirSync(join(folder, 'node_modules/trimeter'), { recursive: true });
    symlinkSync(join(root, 'contracts'), join(folder, 'node_modules/trimeter/contracts'));
    process.chdir(folder);
  });
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  /** What a command of the page prints. */
  async function run(command: string, status = 0): Promise<string> {
    const [program, ...words] = wordsOf(command);
    if (program === 'npm') return '';
    if (program === 'cp') {
      cpSync(words.at(-2) as string, words.at(-1) as string);
      return '';
    }
    assert.deepEqual([program, words[0]], ['npx', 'trimeter'], command);
    const { exitCode, output, errors } = await trimeter(...words.slice(1).flatMap(filesOf));
    assert.equal(exitCode, status, `${command}\n${output}${errors}`);
    return output;
  }

  for (const { path, content, command, lines = [] } of steps) {
    if (path !== undefined) {
      it(`has the file ${path}`, () => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content ?? '');
      });
    }
    if (command === undefined) continue;
    it(`prints what it says of: ${command}`, async () => {
      const printed = await run(command);
      assert.equal(missingLine(printed, lines), undefined, printed);
    });
  }

  it('has a workflow for GitHub with the action, whose inputs there are', async () => {
    const found = workflowSteps(fileOf('.github/workflows/gate.yml'));
    const kinds = found.map(({ uses, run: command }) => uses ?? command?.split(' ')[0]);
    assert.deepEqual(kinds, ['actions/checkout@v4', 'npm', 'trimeter/trimeter@v0.1.0', 'gh']);
    const action = readFileSync(join(root, 'action.yml'), 'utf8');
    const given = found[2]?.values ?? {};
    for (const name of Object.keys(given)) assert.ok(action.includes(`\n  ${name}:\n    description`), name);
    await run(`npx trimeter ${given['command']} --tolerance ${given['tolerance']}`);
    assert.match(found[3]?.run ?? '', /"\$TRIMETER_RESULTS\/node-24\.md"$/);
    assert.ok(given['node-lines']?.split(' ').includes('24'));
  });

  it('has a workflow for GitHub in parts, whose steps run and whose parts are joined', async () => {
    const found = workflowSteps(fileOf('.github/workflows/parts.yml')).flatMap((step) => step.run ?? []);
    const [part = '', merge = ''] = found.filter((command) => command !== 'npm ci');
    assert.equal(found.length, 4);
    for (const number of ['1', '2', '3']) await run(part.replaceAll(/\$\{\{ matrix\.part \}\}/g, number));
    assert.match(await run(merge), /^27 calls of 2 contracts as in trimeter\.lock\.json$/m);
    assert.ok(existsSync('gate.sarif'));
    rmSync('part-2.json');
    await run(merge, 2);
  });

  it('has a job for GitLab, whose script runs', async () => {
    const yaml = fileOf('.gitlab-ci.yml');
    const script = /^ {2}script:\n((?: {4}- .*\n)+)/m.exec(yaml)?.[1] ?? '';
    const commands = [...script.matchAll(/^ {4}- (.*)$/gm)].map(([, command]) => command as string);
    assert.equal(commands.length, 2);
    for (const command of commands) await run(command);
    for (const [file] of yaml.matchAll(/gate\.\w+/g)) assert.ok(existsSync(file), file);
  });
});

/** As a shell has them. */
function filesOf(word: string): readonly string[] {
  const [, start, end] = /^([\w-]+)\*([\w.]+)$/.exec(word) ?? [];
  if (start === undefined || end === undefined) return [word];
  return readdirSync('.').filter((name) => name.startsWith(start) && name.endsWith(end));
}
