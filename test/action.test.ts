import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workflowSteps } from '../tools/package/workflow.mjs';
import { trimeter } from './cli/capture.ts';
import { writeConfig, writeCounter } from './gate/counter-contract.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const action = readFileSync(join(root, 'action.yml'), 'utf8');

/** By name, what `inputs` says the default is. */
function defaultInputs(): Readonly<Record<string, string>> {
  const block = /^inputs:\n([\s\S]*?)^outputs:/m.exec(action)?.[1] ?? '';
  const found = [...block.matchAll(/^ {2}([\w-]+):\n {4}description: .*\n {4}default: (.*)$/gm)];
  return Object.fromEntries(found.map(([, name, value]) => [name, value?.replace(/^(['"])(.*)\1$/, '$2')]));
}

/** What a step left in one of the runner's files, where each value stands between two lines that are alike. */
function valuesIn(file: string): Readonly<Record<string, string>> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const found = [...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(found.map(([, name, , value]) => [name, value]));
}

interface Played {
  readonly exitCode: number | null;
  readonly output: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What was to be cached. */
  readonly cache: Readonly<Record<string, string>>;
}

describe('the GitHub action', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trimeter-action-'));
    await writeCounter(join(folder, 'workspace'));
    writeConfig(join(folder, 'workspace'));
    mkdirSync(join(folder, 'workspace/node_modules'));
    symlinkSync(root, join(folder, 'workspace/node_modules/trimeter'));
    mkdirSync(join(folder, 'temp'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the steps of action.yml as a runner does: expressions first, then bash with the step's environment and files. */
  function play(inputs: Readonly<Record<string, string>>): Played {
    const given = { ...defaultInputs(), ...inputs };
    const outputs: Record<string, Readonly<Record<string, string>>> = {};
    const evaluate = (text: string) =>
      text.replaceAll(/\$\{\{ (?:inputs\.([\w-]+)|steps\.(\w+)\.outputs\.([\w-]+)) \}\}/g, (_, input, step, output) => {
        const value = input === undefined ? outputs[step]?.[output] : given[input as keyof typeof given];
        assert.notEqual(value, undefined, text);
        return value as string;
      });
    const file = (name: string) => join(folder, name);
    const files = { GITHUB_STEP_SUMMARY: file('summary'), GITHUB_ENV: file('environment') };
    let result: { exitCode: number | null; output: string } = { exitCode: 0, output: '' };
    let cache: Readonly<Record<string, string>> = {};
    for (const { id, uses, run, values } of workflowSteps(action.slice(action.indexOf('runs:')))) {
      const evaluated = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, evaluate(value)]));
      if (uses !== undefined) cache = evaluated;
      if (run === undefined) continue;
      const GITHUB_OUTPUT = file(`output-${id}`);
      rmSync(GITHUB_OUTPUT, { force: true });
      const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
        cwd: join(folder, 'workspace'),
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          GITHUB_ACTION_PATH: root,
          GITHUB_WORKSPACE: join(folder, 'workspace'),
          GITHUB_ACTIONS: 'true',
          CI: 'true',
          RUNNER_TEMP: join(folder, 'temp'),
          RUNNER_OS: 'Linux',
          RUNNER_ARCH: 'X64',
          ...files,
          GITHUB_OUTPUT,
          ...evaluated,
        },
      });
      result = { exitCode: status, output: stdout + stderr };
      outputs[id ?? ''] = valuesIn(GITHUB_OUTPUT);
      if (status !== 0) break;
    }
    const summary = existsSync(files.GITHUB_STEP_SUMMARY) ? readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') : '';
    rmSync(files.GITHUB_STEP_SUMMARY, { force: true });
    return { ...result, outputs: outputs['run'] ?? {}, environment: valuesIn(files.GITHUB_ENV), summary, cache };
  }

  const update = async () => {
    const args = ['--config', join(folder, 'workspace/trimeter.json'), '--update'];
    assert.equal((await trimeter('gate', ...args)).exitCode, 0);
  };

  it('hands every input on, in the environment and in no command', () => {
    const steps = workflowSteps(action.slice(action.indexOf('runs:')));
    const handed = steps.flatMap(({ values }) => Object.values(values)).join();
    for (const name of Object.keys(defaultInputs())) assert.ok(handed.includes(`\${{ inputs.${name} }}`), name);
    assert.deepEqual(Object.keys(defaultInputs()).length, 7);
    for (const { run = '' } of steps) assert.doesNotMatch(run, /\$\{\{/);
  });

  it('is green, red after a change and amber within the tolerance', async () => {
    await update();
    const green = play({});
    assert.deepEqual(
      [green.exitCode, green.outputs['verdict'], green.environment['TRIMETER_VERDICT']],
      [0, 'green', 'green'],
    );
    assert.match(green.summary, /^### Trimeter gate\n\n🟢 \*\*5 calls of 1 contract as in trimeter/);
    assert.match(green.cache['path'] ?? '', /\.npm\n.*trimeter$/);
    assert.match(green.cache['key'] ?? '', /^trimeter-Linux-X64-[0-9a-f]{16}$/);
    await writeCounter(join(folder, 'workspace'), { idle: 1 });
    const red = play({});
    assert.deepEqual([red.exitCode, red.outputs['verdict']], [1, 'red']);
    assert.match(
      red.output,
      /^::error file=counter\.wasm,title=trimeter gate%3A gas::counter add: gas under flat-v2 was 1090, is 1091, \+1/m,
    );
    assert.match(red.summary, /\| counter add \| flat-v2 \| 1090 \| 1091 \| \+1 \(\+0\.091%\) \| 2 of 2 \| FAIL \|/);
    const line = process.versions.node.split('.')[0];
    for (const ending of ['json', 'xml', 'sarif', 'md']) {
      assert.ok(existsSync(join(red.outputs['results'] ?? '', `node-${line}.${ending}`)), ending);
    }
    const amber = play({ tolerance: '+1', paths: 'counter.wasm', 'node-lines': `${line}` });
    assert.deepEqual([amber.exitCode, amber.outputs['verdict']], [0, 'amber']);
  }).timeout(120_000);

  it('runs on each line of Node, and ends as the worst of them', () => {
    const own = process.versions.node;
    const other = join(folder, 'temp/trimeter-node-99/node_modules/node/bin');
    mkdirSync(other, { recursive: true });
    // A Node of another line, on which the gate finds something; on this one it finds no lock.
    writeFileSync(join(other, 'node'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { exitCode, outputs, summary } = play({ 'node-lines': `${own} 99` });
    assert.deepEqual([exitCode, outputs['exit-code'], outputs['verdict']], [1, '1', 'not-compared']);
    assert.match(
      summary,
      new RegExp(`^## Node ${own.replaceAll('.', '\\.')}\n\n### Trimeter gate\n[\\s\\S]*^## Node 99$`, 'm'),
    );
  }).timeout(60_000);

  it('checks too', () => {
    const { exitCode, outputs } = play({
      command: 'check',
      paths: 'noop',
      arguments: '--calls=20\n--on\nwasm,reference',
    });
    assert.deepEqual([exitCode, outputs['verdict']], [0, 'green']);
  }).timeout(60_000);

  it('takes no input for an option or a command of the shell', () => {
    for (const [inputs, message] of [
      [{ command: 'run' }, /command is gate or check, got "run"/],
      [{ 'node-lines': '20; touch x' }, /node-lines takes versions/],
      [{ version: '1 && touch x' }, /version is no version/],
      [{ command: 'check', tolerance: '+2%' }, /tolerance is for gate/],
      [{ paths: '--update $(touch x)' }, /has no contract --update \$\(touch x\)/],
    ] as const) {
      const { exitCode, output } = play(inputs);
      assert.equal(exitCode, 2, output);
      assert.match(output, message);
      assert.match(output, /^::error title=trimeter::/m);
    }
    assert.equal(existsSync(join(folder, 'workspace/x')), false);
  }).timeout(120_000);
});
