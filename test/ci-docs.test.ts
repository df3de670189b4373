import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingLine, tutorialSteps, wordsOf } from '../tools/package/tutorial.mjs';
import { type WorkflowStep, workflowSteps } from './support/workflow.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('docs/ci.md', () => {
  const steps = tutorialSteps(readFileSync(join(root, 'docs/ci.md'), 'utf8'));
  const fileOf = (path: string) => steps.find((step) => step.path === path)?.content ?? '';
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimeter-ci-'));
    // What `npm install` brings, from what is here.
    mkdirSync(join(folder, 'node_modules/trimeter'), { recursive: true });
    for (const name of ['contracts', 'cli', 'package.json']) {
      symlinkSync(join(root, name), join(folder, 'node_modules/trimeter', name));
    }
    mkdirSync(join(folder, 'bin'));
    const script = (name: string, text: string) =>
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    script('npm', 'exit 0');
    script('npx', `shift; exec "${process.execPath}" "${join(root, 'cli/trimeter.mjs')}" "$@"`);
    // Comments with the file that it is given last.
    script('gh', 'for last; do :; done; cat "$last" > comment.md');
  });
  after(() => rmSync(folder, { recursive: true }));

  /** A step as a runner does it, in bash, in the folder of the repository. */
  function bash(command: string, env: Readonly<Record<string, string>> = {}, status = 0): string {
    const result = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', command], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`, HOME: folder, CI: 'true', ...env },
    });
    assert.equal(result.status, status, `${command}\n${result.stdout}${result.stderr}`);
    return result.stdout;
  }

  for (const { path, content, command, lines = [] } of steps) {
    if (path !== undefined) {
      it(`has the file ${path}`, () => {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content ?? '');
      });
    }
    if (command === undefined) continue;
    it(`prints what it says of: ${command}`, () => {
      const [program, ...args] = wordsOf(command);
      if (program === 'cp')
        return cpSync(join(folder, args.at(-2) as string), join(folder, args.at(-1) as string), { recursive: true });
      const printed = bash(command);
      assert.equal(missingLine(printed, lines), undefined, printed);
    }).timeout(60_000);
  }

  /** What a workflow runs, with the values of its matrix and of the repository in place of the expressions. */
  function commandsOf(step: WorkflowStep, matrix: Readonly<Record<string, string>>): string {
    return (step.run ?? '').replaceAll(/\$\{\{ matrix\.(\w+) \}\}/g, (_, name) => matrix[name] as string);
  }

  it('has a workflow for GitHub with the action, whose steps run', () => {
    const found = workflowSteps(fileOf('.github/workflows/gate.yml'));
    assert.deepEqual(
      found.map(({ uses, run }) => uses ?? run?.split(' ')[0]),
      ['actions/checkout@v4', 'npm', 'trimeter/trimeter@v0.1.0', 'gh'],
    );
    const [, install, gate, comment] = found as [WorkflowStep, WorkflowStep, WorkflowStep, WorkflowStep];
    bash(commandsOf(install, {}));
    for (const line of ['20', '24']) {
      const bin = join(folder, `temp/trimeter-node-${line}/node_modules/node/bin`);
      mkdirSync(bin, { recursive: true });
      symlinkSync(process.execPath, join(bin, 'node'));
    }
    const inputs = Object.entries(gate.values).map(([name, value]) => [
      `TRIMETER_${name.toUpperCase().replace('-', '_')}`,
      value,
    ]);
    const runner = { GITHUB_WORKSPACE: folder, RUNNER_TEMP: join(folder, 'temp'), GITHUB_ENV: join(folder, 'env') };
    bash(`"${process.execPath}" "${join(root, 'tools/action/action.mjs')}" run`, {
      ...runner,
      ...Object.fromEntries(inputs),
    });
    const results = /^TRIMETER_RESULTS<<.*\n(.*)$/m.exec(readFileSync(runner.GITHUB_ENV, 'utf8'))?.[1] ?? '';
    bash(commandsOf(comment, {}), { TRIMETER_RESULTS: results, PR: '1' });
    assert.match(readFileSync(join(folder, 'comment.md'), 'utf8'), /^### Trimeter gate\n\n🟢/);
  }).timeout(120_000);

  it('has a workflow for GitHub in parts, whose steps run and whose parts are joined', () => {
    const found = workflowSteps(fileOf('.github/workflows/parts.yml')).filter(({ run }) => run !== undefined);
    assert.equal(found.length, 4);
    const [install, part, again, merge] = found as [WorkflowStep, WorkflowStep, WorkflowStep, WorkflowStep];
    for (const number of ['1', '2', '3']) {
      bash(commandsOf(install, {}));
      bash(commandsOf(part, { part: number }));
    }
    bash(commandsOf(again, {}));
    assert.match(bash(commandsOf(merge, {})), /^27 calls of 2 contracts as in trimeter\.lock\.json$/m);
    assert.ok(existsSync(join(folder, 'gate.sarif')));
    rmSync(join(folder, 'part-2.json'));
    bash(commandsOf(merge, {}), {}, 2);
  }).timeout(120_000);

  it('has a job for GitLab, whose script runs', () => {
    const yaml = fileOf('.gitlab-ci.yml');
    const script = /^ {2}script:\n((?: {4}- .*\n)+)/m.exec(yaml)?.[1] ?? '';
    const commands = [...script.matchAll(/^ {4}- (.*)$/gm)].map(([, command]) => command as string);
    assert.equal(commands.length, 2);
    for (const command of commands) bash(command);
    for (const [, file = ''] of yaml.matchAll(/(gate\.\w+)/g)) assert.ok(existsSync(join(folder, file)), file);
  }).timeout(60_000);
});
