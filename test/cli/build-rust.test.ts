import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { runProgram } from '../../contracts/run-program.ts';
import { type ProgramRun, trimeter } from './capture.ts';
import { done, inFolderOfItsOwn, refused } from './folder-of-its-own.ts';

const noop = join(bundledCaseDirectory('noop'), 'build/noop.wasm');

describe('trimeter build of a Rust crate, with a cargo that is played', function () {
  this.timeout(60_000);
  inFolderOfItsOwn();

  const command = (name: string, script: string): void => {
    mkdirSync('bin', { recursive: true });
    writeFileSync(join('bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join('bin', name), 0o755);
  };
  beforeEach(async function () {
    if (process.platform === 'win32') this.skip();
    done(await trimeter('new', 'points', '--template', 'wasm-only'));
    rmSync('points/points.cpp');
    writeFileSync('points/Cargo.toml', '[package]\nname = "points"\n');
    command('rustc', `echo ${process.cwd()}/bin`);
  });
  const build = (): Promise<ProgramRun> => {
    process.env['PATH'] = `${process.cwd()}/bin:/usr/bin:/bin`;
    return trimeter('build', 'points');
  };
  const makes = (module: string | Uint8Array): void => {
    if (typeof module === 'string') copyFileSync(module, 'made.wasm');
    else writeFileSync('made.wasm', module);
    command('cargo', `echo '{"reason":"compiler-artifact","filenames":["${process.cwd()}/made.wasm"]}'`);
  };

  it('takes the module that cargo says it made', async () => {
    makes(noop);
    assert.match(done(await build()), /points\/build\/points\.wasm: wrote \d+ bytes/);
    assert.deepEqual(readFileSync('points/build/points.wasm'), readFileSync(noop));
  });

  it('is up to date after cargo wrote its lock, and not after any source changed', async () => {
    makes(noop);
    appendFileSync('bin/cargo', 'echo "# a lock" > Cargo.lock\n');
    const isUpToDate = async (): Promise<boolean> => /points\.wasm: is up to date/.test(done(await build()));
    assert.equal(await isUpToDate(), false);
    assert.equal(await isUpToDate(), true);
    // A lock that cargo brings up to date is not a change either.
    writeFileSync('points/Cargo.lock', '# an old one');
    assert.equal(await isUpToDate(), false);
    assert.equal(await isUpToDate(), true);
    mkdirSync('points/sdk');
    mkdirSync('points/target');
    for (const [path, isSource] of [
      ['sdk/word.rs', true],
      ['build.rs', true],
      ['rust-toolchain', true],
      ['target/made.rs', false],
      ['notes.txt', false],
    ] as const) {
      writeFileSync(join('points', path), '');
      assert.equal(await isUpToDate(), !isSource, path);
    }
  });

  it('refuses a module that no machine takes, each time, and says which flag is in the way', async () => {
    const wabt = await loadWabt();
    const moduleWith = (body: string, fields = ''): Uint8Array =>
      wabt
        .parseWat(
          'm.wat',
          `(module (memory (export "memory") 1) ${fields} (func (export "user_entrypoint") (param i32) (result i32) ${body}))`,
          { simd: true, threads: true, tail_call: true, multi_value: true, reference_types: true, bulk_memory: true },
        )
        .toBinary({}).buffer;
    const flag = (name: string): RegExp =>
      new RegExp(`build it with -Ctarget-feature=-${name} \\(rustflags in \\.cargo/config\\.toml\\)$`);
    const refusals: readonly (readonly [body: string, fields: string, message: RegExp])[] = [
      ['(i32.trunc_f64_s (f64.const 1))', '', /found f64\.const \(floating point\): do without f32 and f64, .*no flag/],
      ['(i32.trunc_sat_f32_s (f32.const 1))', '', /floating point\): do without f32 and f64/],
      ['(i8x16.extract_lane_s 0 (v128.const i32x4 1 1 1 1))', '', flag('simd128')],
      ['(return_call 0 (i32.const 1))', '', flag('tail-call')],
      ['(i32.const 0)', '(func (result i32 i32) (i32.const 0) (i32.const 0))', flag('multivalue')],
      ['(table.size 0)', '(table 1 funcref)', flag('reference-types')],
      ['(i32.const 0)', '(data "passive")', flag('bulk-memory')],
      ['(i32.atomic.load (i32.const 0))', '', flag('atomics')],
    ];
    for (const [body, fields, message] of refusals) {
      makes(moduleWith(body, fields));
      appendFileSync('points/Cargo.toml', '\n');
      for (const _ of ['built', 'up to date']) {
        const { exitCode, errors } = await build();
        assert.equal(exitCode, 2);
        assert.match(errors.trimEnd(), message);
        assert.match(errors, /^trimeter: points\/build\/points\.wasm: unsupported at byte \d+: .*\n$/);
      }
    }
    makes(moduleWith('(i32.const 0)', '').subarray(0, 8));
    appendFileSync('points/Cargo.toml', '\n');
    assert.match((await build()).errors, /expected a Stylus contract|expected a memory exported as "memory", found /);
  });

  it('shows what cargo says', async () => {
    command('cargo', 'printf "error[E0425]: cannot find value\\n --> src/lib.rs:3:5\\n" >&2; exit 101');
    const { exitCode, errors } = await build();
    assert.equal(exitCode, 2);
    assert.match(errors, /^error\[E0425\]: cannot find value$/m);
    assert.match(errors, /^trimeter: points\/src\/lib\.rs:3:5: cannot find value\n/);
  });

  it('says in one line what of Rust is missing, and how to get it', async () => {
    command('rustc', `echo ${process.cwd()}/none`);
    refused(
      await build(),
      /points\/Cargo\.toml: needs Rust's target wasm32-unknown-unknown: rustup target add wasm32-/,
    );
    rmSync('bin/rustc');
    process.env['PATH'] = `${process.cwd()}/bin`;
    refused(await trimeter('build', 'points'), /there is no Rust on this machine: see https:\/\/rustup\.rs$/);
  });
});

describe('the template of Solidity and Rust', function () {
  // The first build compiles the SDK.
  this.timeout(180_000);
  inFolderOfItsOwn();

  it('is a whole crate, with the SDK in it and nothing from elsewhere', async () => {
    const output = done(await trimeter('new', 'points', '--template', 'solidity+rust-stylus'));
    for (const file of ['.cargo/config.toml', '.gitignore', 'Cargo.toml', 'sdk/trimeter.rs', 'src/lib.rs'])
      assert.ok(output.includes(`points/${file}\n`) && existsSync(join('points', file)), file);
    assert.match(readFileSync('points/Cargo.toml', 'utf8'), /^name = "points"$/m);
    const dependencies = /\[dependencies\]\n([\s\S]*?)\n\n/.exec(readFileSync('points/Cargo.toml', 'utf8'))?.[1];
    assert.equal(dependencies, 'trimeter = { path = "sdk" }');
  });

  it('agrees with its original, if there is Rust 1.91 with wasm32-unknown-unknown here', async function () {
    if (!(await hasRust())) this.skip();
    // A word of Rust, which the name of a crate must not be.
    done(await trimeter('new', 'match', '--template', 'solidity+rust-stylus'));
    const { errors } = await trimeter('build', 'match');
    assert.equal(errors, '');
    assert.doesNotMatch(done(await trimeter('build', 'match')), /wrote/);
    const checked = done(await trimeter('check', 'match', '--calls', '300', '--on', 'wasm,reference,evm'));
    assert.match(checked, /^wasm, reference, evm agree on 3\d\d calls/m);
    // One page is stack and data.
    const inspected = JSON.parse(done(await trimeter('inspect', 'match', '--json')));
    assert.equal(inspected.limits.find(({ name }: { name: string }) => name === 'memoryPages').actual, 1);
    appendFileSync('match/sdk/trimeter.rs', 'const BROKEN: u32 = missing;\n');
    assert.match((await trimeter('check', 'match')).errors, /sdk\/trimeter\.rs changed since the build: run `trimeter/);
    assert.match((await trimeter('build', 'match')).errors, /^trimeter: match\/sdk\/trimeter\.rs:\d+:21: cannot find/);
  });
});

async function hasRust(): Promise<boolean> {
  const ask = async (...args: readonly string[]): Promise<string> => {
    const { isMissing, failure, output } = await runProgram('rustc', args, { folder: '.', limitMs: 30_000 });
    return isMissing || failure !== undefined ? '' : output.trim();
  };
  const minor = Number(/^rustc 1\.(\d+)/.exec(await ask('--version'))?.[1] ?? 0);
  return minor >= 91 && existsSync(await ask('--print', 'target-libdir', '--target', 'wasm32-unknown-unknown'));
}
