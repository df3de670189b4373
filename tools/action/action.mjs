// What action.yml runs. `plan` says what to cache; `run` runs the command on each line of Node, writes its results beside each
// other, and ends as it does. Inputs come in the environment, so that no shell reads them.
//
//   node tools/action/action.mjs plan|run
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const env = process.env;
const workspace = env.GITHUB_WORKSPACE || process.cwd();
const folder = resolve(workspace, env.TRIMETER_WORKING_DIRECTORY || '.');
const temporary = env.RUNNER_TEMP || tmpdir();

class Refused extends Error {}

/** The EVM is a package of its own, which a project that has trimeter may have too. */
const evm = ['common', 'evm', 'statemanager', 'util'].map((name) => `@ethereumjs/${name}@10`);

function lines(text) {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What the runner takes from a step: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files */
function tell(file, values) {
  if (!file) return;
  for (const [name, value] of Object.entries(values)) {
    // A delimiter that is no line of the value.
    const end = `end-${createHash('sha256').update(value).digest('hex').slice(0, 16)}`;
    appendFileSync(file, `${name}<<${end}\n${value}\n${end}\n`);
  }
}

function versionOf() {
  const wanted = env.TRIMETER_VERSION || own.version;
  if (!/^[\w.^~-]{1,50}$/.test(wanted)) throw new Refused(`version is no version: ${JSON.stringify(wanted)}`);
  return wanted;
}

function nodeLines() {
  const named = (env.TRIMETER_NODE_LINES ?? '').split(/[\s,]+/).filter((line) => line !== '');
  const odd = named.find((line) => !/^\d{2}(\.\d{1,3}){0,2}$/.test(line));
  if (odd !== undefined) throw new Refused(`node-lines takes versions such as "20 24", got ${JSON.stringify(odd)}`);
  return named.length === 0 ? [process.versions.node.split('.')[0]] : [...new Set(named)];
}

/** Where npm and trimeter keep what they download: packages, and compilers and what these need. */
function plan() {
  const caches = [env.npm_config_cache || join(homedir(), '.npm'), trimeterCache()];
  const locks = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'].map((name) =>
    join(folder, name),
  );
  const hash = createHash('sha256').update(versionOf());
  for (const lock of locks) if (existsSync(lock)) hash.update(readFileSync(lock));
  tell(env.GITHUB_OUTPUT, {
    'cache-paths': caches.join('\n'),
    'cache-key': `trimeter-${env.RUNNER_OS ?? process.platform}-${env.RUNNER_ARCH ?? process.arch}-${hash.digest('hex').slice(0, 16)}`,
  });
  return 0;
}

function trimeterCache() {
  return env.TRIMETER_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'trimeter');
}

function npmInstall(prefix, ...names) {
  mkdirSync(prefix, { recursive: true });
  const args = ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...names];
  const { status } = spawnSync('npm', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Refused(`npm cannot install ${names.join(' ')}`);
}

/** The project's own trimeter, or one beside it. */
function program() {
  const installed = join(folder, 'node_modules/trimeter/cli/trimeter.mjs');
  if (existsSync(installed)) return installed;
  const prefix = join(temporary, 'trimeter-package');
  const program = join(prefix, 'node_modules/trimeter/cli/trimeter.mjs');
  if (!existsSync(program)) npmInstall(prefix, `trimeter@${versionOf()}`, ...evm);
  return program;
}

/** A Node of that line: this one if it is of it, or that which npm has. */
function nodeOf(line) {
  if (`${process.versions.node}.`.startsWith(`${line}.`)) return process.execPath;
  const prefix = join(temporary, `trimeter-node-${line}`);
  const binary = join(prefix, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) npmInstall(prefix, `node@${line}`);
  return binary;
}

function commandLine(results, line) {
  const command = env.TRIMETER_COMMAND || 'gate';
  if (command !== 'gate' && command !== 'check')
    throw new Refused(`command is gate or check, got ${JSON.stringify(command)}`);
  const { TRIMETER_TOLERANCE: tolerance } = env;
  if (tolerance && command !== 'gate') throw new Refused('tolerance is for gate');
  const file = (ending) => join(results, `node-${line}.${ending}`);
  const outputs = { json: 'json', junit: 'xml', sarif: 'sarif', markdown: 'md' };
  return [
    command,
    ...Object.entries(outputs).map(([option, ending]) => `--${option}=${file(ending)}`),
    '--github',
    ...(tolerance ? [`--tolerance=${tolerance}`] : []),
    ...lines(env.TRIMETER_ARGUMENTS),
    '--',
    ...lines(env.TRIMETER_PATHS),
  ];
}

/** In the words of a gate. What wrote no result compared nothing. */
function verdictIn(file, exitCode) {
  if (!existsSync(file)) return 'not-compared';
  const { verdict, agreed } = JSON.parse(readFileSync(file, 'utf8'));
  if (exitCode !== 0 && exitCode !== 1) return 'not-compared';
  return verdict ?? (agreed === null ? 'not-compared' : agreed ? 'green' : 'red');
}

function run() {
  const results = join(temporary, `trimeter-results-${process.pid}`);
  mkdirSync(results, { recursive: true });
  const named = nodeLines();
  const found = named.map((line) => {
    const args = commandLine(results, line);
    if (named.length > 1 && env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, `## Node ${line}\n\n`);
    const node = nodeOf(line);
    // What it starts in turn is to be of that line as well.
    const path = `${dirname(node)}${delimiter}${env.PATH}`;
    const { status } = spawnSync(node, [program(), ...args], {
      cwd: folder,
      stdio: 'inherit',
      env: { ...env, PATH: path },
    });
    const exitCode = status ?? 3;
    return { exitCode, verdict: verdictIn(join(results, `node-${line}.json`), exitCode) };
  });
  const worst = (order, of) => order.find((value) => found.some((one) => of(one) === value));
  const verdict = worst(['red', 'not-compared', 'amber', 'green'], (one) => one.verdict);
  const exitCode = worst([1, 3, 2, 0], (one) => one.exitCode) ?? 3;
  tell(env.GITHUB_OUTPUT, { verdict, 'exit-code': String(exitCode), results });
  tell(env.GITHUB_ENV, { TRIMETER_VERDICT: verdict, TRIMETER_RESULTS: results });
  return exitCode;
}

/** As GitHub takes a message of an error. */
function annotation(message) {
  return `::error title=trimeter::${message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}\n`;
}

const parts = { plan, run };
try {
  const part = parts[process.argv[2]];
  if (part === undefined) throw new Refused(`expected ${Object.keys(parts).join(' or ')}`);
  process.exitCode = part();
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stdout.write(annotation(error.message));
  tell(env.GITHUB_OUTPUT, { verdict: 'not-compared', 'exit-code': '2' });
  process.exitCode = 2;
}
