import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitWith, fileTarget } from '../../cli/output.ts';
import { writeFile } from '../../cli/write-file.ts';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { capture, trimeter } from './capture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const erc20 = join(bundledCaseDirectory('erc20'), 'build/erc20.wasm');
const isRoot = process.getuid?.() === 0;

describe('outputs', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-outputs-'));
  after(() => rmSync(directory, { recursive: true }));
  const at = (name: string) => join(directory, name);
  const isJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')).functions.length > 0;
  const inspect = (...args: readonly string[]) => trimeter('inspect', erc20, ...args);

  it('leave devices what they are', async () => {
    // One of our own where a fault could do harm.
    const device = isRoot ? at('null') : '/dev/null';
    if (isRoot) execFileSync('mknod', [device, 'c', '1', '3']);
    const { exitCode } = await inspect('--json', device);
    assert.equal(exitCode, 0);
    assert.ok(statSync(device).isCharacterDevice());
  });

  it('go through links, also to what is not there yet', async () => {
    writeFileSync(at('real.json'), 'old');
    symlinkSync('real.json', at('link.json'));
    symlinkSync(at('link.json'), at('second.json'));
    symlinkSync('later.json', at('dangling.json'));
    assert.equal((await inspect('--json', at('second.json'))).exitCode, 0);
    assert.equal((await inspect('--json', at('dangling.json'))).exitCode, 0);
    assert.equal(readlinkSync(at('link.json')), 'real.json');
    assert.ok(lstatSync(at('second.json')).isSymbolicLink() && lstatSync(at('dangling.json')).isSymbolicLink());
    assert.ok(isJson(at('real.json')) && isJson(at('later.json')));
  });

  it('keep mode, owner and other names of a file', async () => {
    writeFileSync(at('kept.json'), 'x'.repeat(1 << 20));
    chmodSync(at('kept.json'), 0o640);
    if (isRoot) chownSync(at('kept.json'), 12, 34);
    writeFileSync(at('twin.json'), 'x'.repeat(1 << 20));
    linkSync(at('twin.json'), at('other.json'));
    for (const name of ['kept.json', 'twin.json']) assert.equal((await inspect('--json', at(name))).exitCode, 0);
    const { mode, uid, gid } = statSync(at('kept.json'));
    assert.equal(mode & 0o777, 0o640);
    if (isRoot) assert.deepEqual([uid, gid], [12, 34]);
    assert.ok(isJson(at('kept.json')) && isJson(at('other.json')));
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.endsWith('.partial')),
      [],
    );
  });

  it('go into a pipe', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const reader = spawn('cat', [at('pipe')], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    reader.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    const closed = new Promise((resolve) => reader.on('close', resolve));
    assert.equal((await inspect(`--json=${at('pipe')}`)).exitCode, 0);
    await closed;
    assert.ok(JSON.parse(text).functions.length > 0);
    assert.ok(statSync(at('pipe')).isFIFO());
  });

  it('are standard output where they are -, for every option', async () => {
    const { exitCode, output } = await trimeter('meter', erc20, '-o', '-');
    assert.equal(exitCode, 0);
    assert.equal(output.slice(0, 4), '\0asm');
    assert.equal(existsSync('-'), false);
  });

  it('may be several of one check, of which one has standard output for itself', async () => {
    const check = ['check', 'noop', '--on', 'wasm,reference', '--calls', '20', '--seed', '3'];
    const { exitCode, output } = await trimeter(...check, '--markdown', '-', `--json=${at('check.json')}`);
    assert.equal(exitCode, 0);
    assert.match(output, /^### Trimeter check\n\n\*\*wasm, reference agree on \d+ calls of 1 contract\.\*\*\n/);
    assert.equal(JSON.parse(readFileSync(at('check.json'), 'utf8')).agreed, true);
    const same = await trimeter(...check, '--markdown', at('x.md'), '--json', at('x.md').replace('x.md', './x.md'));
    assert.equal(same.exitCode, 2);
    assert.match(same.errors, /each need a place of their own/);
  });

  it('take a place of their own', async () => {
    writeFileSync(at('in.wasm'), readFileSync(erc20));
    symlinkSync('in.wasm', at('alias.wasm'));
    const clashes = [
      ['meter', at('in.wasm'), '-o', at('x'), `--json=${directory}/./x`],
      ['meter', at('in.wasm'), '-o', '-', '--json', '-'],
      ['meter', at('in.wasm'), '-o', at('alias.wasm')],
      ['inspect', at('in.wasm'), `--json=${at('alias.wasm')}`],
    ];
    for (const args of clashes) {
      const { exitCode, errors } = await trimeter(...args);
      assert.match(errors, /^trimeter: \S+ and .* each need a place of their own, got [^\n]*\n$/);
      assert.equal(exitCode, 2);
    }
    assert.deepEqual(readFileSync(at('in.wasm')), readFileSync(erc20));
    for (const args of [
      ['inspect', erc20, '--json='],
      ['meter', erc20, '-o', ''],
    ]) {
      const { exitCode, errors } = await trimeter(...args);
      assert.match(errors, /takes a path or -, got ""/);
      assert.equal(exitCode, 2);
    }
  });

  it('take the word after --json only if it is a path', async () => {
    const alone = await trimeter('run', '--json', 'erc20', 'name', '--on', 'wasm,reference');
    assert.equal(JSON.parse(alone.output).contract, 'erc20', alone.errors);
    const after = await trimeter('run', 'erc20', '--json', 'name', '--on', 'wasm,reference');
    assert.equal(JSON.parse(after.output).method, 'name');
    for (const name of ['erc20', 'name']) assert.equal(existsSync(name), false);
    const file = await trimeter('run', '--json', at('run.json'), 'erc20', 'name', '--on', 'wasm,reference');
    assert.match(file.output, /^wasm, reference agree$/m);
    assert.equal(JSON.parse(readFileSync(at('run.json'), 'utf8')).agreed, true);
    const argument = await trimeter('run', 'erc20', '--on', 'wasm,evm', 'balanceOf', '--', '--json');
    assert.match(argument.errors, /got "--json"/);
    const twice = await trimeter('run', 'erc20', 'name', '--json', at('a.json'), `--json=${at('b.json')}`);
    assert.match(twice.errors, /^trimeter: --json is given twice$/m);
    assert.equal(twice.exitCode, 2);
  });

  it('show what cannot be written at the end, and end in 2 if nothing worse was found', () => {
    const terminal = capture();
    const target = fileTarget(terminal, at('gone/result.json'.replace('gone/', '')));
    rmSync(directory, { recursive: true });
    assert.equal(target.write('{"found": 1}\n'), false);
    assert.match(terminal.errors(), /^trimeter: [^\n]*result\.json: [^\n]+; it would hold:\n\{"found": 1\}\n$/);
    assert.deepEqual([exitWith(0, [true, false]), exitWith(1, [false]), exitWith(0, [true])], [2, 1, 0]);
    mkdirSync(directory);
  });

  it('are refused before the work where they could not be written after it', async () => {
    for (const path of ['/proc/x.json', at('none/x.json'), `${directory}/x.json/`, directory]) {
      const { exitCode, errors, output } = await inspect(`--json=${path}`);
      assert.match(errors, /^trimeter: [^\n]+\n$/);
      assert.deepEqual([exitCode, output], [2, '']);
    }
    assert.throws(() => writeFile(at('none/x.json'), ''), /its directory does not exist/);
  });

  const shell = (command: string) =>
    spawnSync('bash', ['-c', `set -o pipefail; ${command}`], { cwd: root, encoding: 'utf8' });
  const program = `${process.execPath} --import tsx cli/main.ts`;

  it('on a full standard output are one line, and 2', () => {
    const { status, stderr } = shell(`${program} inspect ${erc20} --wat >/dev/full`);
    assert.match(stderr, /^trimeter: standard output cannot be written \(ENOSPC\)\n$/);
    assert.equal(status, 2);
  });

  it('say nothing to a reader who has left', () => {
    const { status, stderr } = shell(`${program} inspect ${erc20} --wat | head -1 >/dev/null`);
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });

  it('meet in one place where --json is the file that standard output goes to', () => {
    const { status, stderr } = shell(`${program} inspect ${erc20} --json /proc/self/fd/1 >${at('redirected')}`);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.ok(isJson(at('redirected')));
  });
});
