// Packs the package, installs it into an empty project without optional packages, and uses it there as its users do: every
// sub-path from an ES module, from CommonJS and from strict TypeScript, and the command line. Then installs what an
// error message says is missing, and uses the rest.
//
//   node tools/package/check.mjs
//
// Exit codes: 0 all works, 1 something does not, with what was run and what it printed.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artifactsOf, missingLine, tutorialSteps, wordsOf } from './tutorial.mjs';
import { workflowSteps } from './workflow.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const subPaths = Object.keys(manifest.exports).filter((path) => path !== './package.json');
/** Sub-paths that need optional packages, by the scope of these. */
const optionalScopes = { './evm': '@ethereumjs', './ink': '@polkadot' };
const tsx = import.meta.resolve('tsx');
const project = mkdtempSync(join(tmpdir(), 'trimeter-package-'));
const packed = join(project, 'node_modules', manifest.name);

class Failed extends Error {}

function run(command, args, { cwd = project, status = 0, env = process.env } = {}) {
  const shell = process.platform === 'win32';
  const result = spawnSync(command, args, { cwd, env, encoding: 'utf8', shell, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  if (result.status !== status) {
    throw new Failed(`${command} ${args.join(' ')}\nexit code ${result.status}, expected ${status}\n${printed}`);
  }
  return printed;
}

function expect(printed, pattern, what) {
  if (!pattern.test(printed)) throw new Failed(`${what}: expected ${pattern}, got\n${printed}`);
}

const specifier = (path) => path.replace('.', manifest.name);
const install = (...names) => run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...names]);

function pack() {
  run('npm', ['pack', '--loglevel=error', '--pack-destination', project], { cwd: root });
  return join(
    project,
    readdirSync(project).find((name) => name.endsWith('.tgz')),
  );
}

/** A program that loads a sub-path and fails unless it exports something. */
function loads(path, kind) {
  const name = JSON.stringify(specifier(path));
  const [file, load] = kind === 'esm' ? ['load.mjs', `await import(${name})`] : ['load.cjs', `require(${name})`];
  writeFileSync(join(project, file), `if (Object.keys(${load}).length === 0) throw new Error('exports nothing');\n`);
  return ['--no-warnings', file];
}

function checkSubPaths(paths) {
  for (const path of paths) {
    for (const kind of ['esm', 'cjs']) run(process.execPath, loads(path, kind));
  }
}

function checkMissing(paths) {
  for (const path of paths) {
    const printed = run(process.execPath, loads(path, 'esm'), { status: 1 });
    expect(printed, new RegExp(`Cannot find package '${optionalScopes[path]}/`), `${path} without optional packages`);
  }
}

/** With the compiler of this repository, and with the declarations of libraries checked too. */
function checkTypes(paths) {
  const lines = paths.map((path, index) => `import * as m${index} from '${specifier(path)}';\nvoid m${index};\n`);
  const readme = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'));
  writeFileSync(join(project, 'all.mts'), lines.join(''));
  writeFileSync(join(project, 'readme.mts'), readme[1]);
  for (const name of examples()) cpSync(join(packed, 'examples', name), join(project, name));
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2023',
    // For `WebAssembly`.
    lib: ['es2023', 'dom'],
    module: 'nodenext',
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const files = ['all.mts', 'readme.mts', ...examples()];
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  const printed = run(process.execPath, ['--no-warnings', '--import', tsx, 'readme.mts']);
  expect(printed, /^success 7884n$/m, "the README's example");
}

const examples = () => readdirSync(join(packed, 'examples')).filter((name) => name.endsWith('.mts'));

/** Those that a user would copy, as copied. With all optional packages, which one of them needs. */
function checkExamples() {
  for (const name of examples()) {
    const shown = [...readFileSync(join(project, name), 'utf8').matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)];
    const printed = run(process.execPath, ['--no-warnings', '--import', tsx, name]).split('\n');
    const lacking = shown.map(([, line]) => line).filter((line) => !printed.includes(line));
    if (lacking.length > 0) throw new Failed(`${name}: expected ${lacking.join(', ')}, got\n${printed.join('\n')}`);
  }
}

/** The tests to copy, under every runner, and that each of them fails where a receipt is another. */
function checkRunners() {
  const folder = join(project, 'testing');
  cpSync(join(packed, 'examples/testing'), folder, { recursive: true });
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const env = { ...process.env, CI: 'true', NO_COLOR: '1' };
  const runAll = (status, pattern) => {
    for (const runner of Object.keys(scripts)) {
      expect(run('npm', ['run', '--silent', runner], { cwd: folder, env, status }), pattern, runner);
    }
  };
  // Of quick tests vitest says no more than how many there were.
  runAll(0, /3 passing|# pass 3|Tests:? +4 passed/);
  const receipts = join(folder, 'token.receipts.json');
  writeFileSync(receipts, readFileSync(receipts, 'utf8').replace('"7884"', '"7000"'));
  runAll(1, /transfer +flat-v2 +7000 +7884 +\+884/);
}

const trimeter = (args, options) => run('npx', ['--no-install', manifest.name, ...args], options);

function checkProgram() {
  const erc20 = `node_modules/${manifest.name}/contracts/erc20/build/erc20.wasm`;
  expect(trimeter(['run', 'erc20', 'transfer', 'bob', '5']), /agree; without evm$/m, 'run');
  expect(trimeter(['inspect', erc20]), /user_entrypoint/, 'inspect');
  expect(trimeter(['meter', erc20, '-o', 'metered.wasm']), /charges/, 'meter');
  if (!existsSync(join(project, 'metered.wasm'))) throw new Failed('meter wrote nothing');
}

/** Does as the message says that the program ends with. */
function installAsTold(args) {
  const printed = trimeter(args, { status: 2 });
  const commands = printed.match(/npm install [^;\n]*/g) ?? [];
  if (commands.length !== 1) throw new Failed(`${args.join(' ')}: expected one command to install, got\n${printed}`);
  install(...commands[0].split(' ').slice(2));
}

/** From nothing to a contract that the machines agree on: with an empty cache of compilers, and with a full one. */
function checkNew() {
  const env = { ...process.env, TRIMETER_CACHE: join(project, 'cache') };
  const times = ['cold', 'warm'].map((cache) => {
    const startMs = performance.now();
    trimeter(['new', 'vault2'], { env });
    expect(trimeter(['build'], { env }), /vault2\.wasm: wrote/, 'build');
    expect(trimeter(['check', 'vault2'], { env }), /^wasm, reference, evm agree on/m, 'check');
    rmSync(join(project, 'vault2'), { recursive: true });
    return `${Math.round((performance.now() - startMs) / 1000)} s with a ${cache} cache`;
  });
  process.stdout.write(`from trimeter new to a green check: ${times.join(', ')}\n`);
}

function checkDocuments() {
  const pages = [
    'README.md',
    ...readdirSync(join(packed, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  for (const page of pages) {
    const text = readFileSync(join(packed, page), 'utf8');
    // What looks like a link in code, as `new T[](n)` does, is none.
    const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
    const files = [
      ...[...prose.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => join(page, '..', link)),
      ...[...text.matchAll(/\b(?:node )?((?:tools|docs)\/[\w/.-]+\.\w+)/g)].map(([, path]) => path),
    ];
    for (const file of files) {
      if (!existsSync(join(packed, file))) throw new Failed(`${page} names ${file}, which is not in the package`);
    }
  }
}

/** The page for who brings a contract, command by command, in a folder of its own. */
function checkTutorial() {
  const page = readFileSync(join(packed, 'docs/bring-your-contract.md'), 'utf8');
  const built = (name) => readFileSync(join(packed, 'contracts/erc20/build', name), 'utf8');
  const artifacts = artifactsOf(JSON.parse(built('erc20.abi.json')), built('erc20.evm.hex').trim());
  for (const [path, artifact] of Object.entries(artifacts)) {
    mkdirSync(join(project, path, '..'), { recursive: true });
    writeFileSync(join(project, path), JSON.stringify(artifact));
  }
  cpSync(join(root, 'contracts/ink/bundles/flipper.contract'), join(project, 'flipper.contract'));
  for (const { path, content, command, lines } of tutorialSteps(page)) {
    if (path !== undefined) {
      writeFileSync(join(project, path), content);
      continue;
    }
    const [program, ...args] = wordsOf(command);
    const printed = run(program, program === 'npx' ? ['--no-install', ...args] : args);
    const missing = missingLine(printed, lines);
    if (missing !== undefined) throw new Failed(`${command}: expected ${missing}, got\n${printed}`);
  }
}

/** The page on CI in a clean folder: its commands, and the steps of its workflows in bash, as runners run them. */
function checkCi(tarball) {
  const folder = mkdtempSync(join(tmpdir(), 'trimeter-ci-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true }));
    const temporary = join(folder, 'temp');
    mkdirSync(temporary);
    const bash = (command, env = {}, status = 0) =>
      run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', command], {
        cwd: folder,
        status,
        env: { ...process.env, CI: 'true', ...env },
      });
    const steps = tutorialSteps(readFileSync(join(packed, 'docs/ci.md'), 'utf8'));
    for (const { path, content, command, lines = [] } of steps) {
      if (path !== undefined) {
        mkdirSync(join(folder, path, '..'), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      if (command === undefined) continue;
      const printed = bash(command.replace(` ${manifest.name} @`, ` ${tarball} @`));
      const missing = missingLine(printed, lines);
      if (missing !== undefined) throw new Failed(`${command}: expected ${missing}, got\n${printed}`);
    }
    const stepsOf = (name) => workflowSteps(readFileSync(join(folder, '.github/workflows', name), 'utf8'));
    const parts = stepsOf('parts.yml').flatMap((step) => step.run ?? []);
    for (const part of ['1', '2', '3'])
      for (const step of parts.slice(0, 2)) bash(step.replaceAll(/\$\{\{ matrix\.part \}\}/g, part));
    for (const step of parts.slice(2)) bash(step);
    const gate = stepsOf('gate.yml').find(({ uses }) => uses?.startsWith('trimeter/'));
    const inputs = Object.entries(gate.values).map(([name, value]) => [
      `TRIMETER_${name.toUpperCase().replace('-', '_')}`,
      value,
    ]);
    const action = join(root, 'tools/action/action.mjs');
    const printed = run(process.execPath, [action, 'run'], {
      cwd: folder,
      env: {
        ...process.env,
        CI: 'true',
        GITHUB_WORKSPACE: folder,
        RUNNER_TEMP: temporary,
        ...Object.fromEntries(inputs),
      },
    });
    if (printed.split('as in trimeter.lock.json').length !== 3)
      throw new Failed(`the action on two lines of Node:\n${printed}`);
    const yaml = readFileSync(join(folder, '.gitlab-ci.yml'), 'utf8');
    for (const [, step] of yaml.matchAll(/^ {4}- (.*)$/gm)) bash(step);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkWithLinters(tarball) {
  if (!existsSync(join(here, 'node_modules'))) {
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: here });
  }
  const bin = (name) => join(here, 'node_modules/.bin', name);
  expect(run(bin('publint'), [tarball, '--strict']), /All good!/, 'publint');
  // Node loads an ES module for `require` from 20.19 on, which is what we ask for.
  run(bin('attw'), [tarball, '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm']);
}

try {
  const tarball = pack();
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true }));
  install(tarball);
  const needing = Object.keys(optionalScopes);
  const alone = subPaths.filter((path) => !needing.includes(path));
  checkSubPaths(alone);
  checkMissing(needing);
  checkTypes(alone);
  checkProgram();
  checkDocuments();
  checkWithLinters(tarball);
  installAsTold(['run', 'erc20', 'transfer', 'bob', '5', '--on', 'wasm,evm']);
  installAsTold(['inspect', 'metered.wasm', '--abi', 'seal']);
  checkSubPaths(needing);
  checkExamples();
  checkRunners();
  checkTutorial();
  // Five clean installs and two lines of Node from npm: minutes, which the page's own test does not take.
  if (process.argv.includes('--ci')) checkCi(tarball);
  checkNew();
  expect(
    trimeter(['run', 'erc20', 'transfer', 'bob', '5', '--on', 'wasm,evm,evm-default']),
    /agree$/m,
    'run on the EVM',
  );
  process.stdout.write(`${manifest.name} ${manifest.version}: the package works, ${subPaths.length} sub-paths\n`);
} catch (error) {
  if (!(error instanceof Failed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}
