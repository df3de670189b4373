import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A program of bench/, arguments that make no sense, and what it says to them. */
const refused: readonly (readonly [program: string, args: readonly string[], says: RegExp])[] = [
  ['workers', ['--rounds', 'x'], /^bench:workers: --rounds: takes a whole number of at least 1; got "x"$/],
  ['workers', ['--ms', '0'], /^bench:workers: --ms: takes a whole number of at least 1; got "0"$/],
  ['workers', ['--nosuch'], /^bench:workers: Unknown option '--nosuch'$/],
  ['workers', ['15'], /^bench:workers: Unexpected argument '15'/],
  ['workers', ['--rounds'], /^bench:workers: Option '--rounds <value>' argument missing$/],
  ['kernel', ['--slots', '-5'], /^bench:kernel: Option '--slots' argument is ambiguous$/],
  ['kernel', ['--slots', '999'], /^bench:kernel: --slots: takes a whole number of at least 1000; got "999"$/],
  [
    'host-functions',
    ['--only', 'nosuch'],
    /^bench:host-functions: --only: takes a part of one of arithmetic, .*"nosuch"$/,
  ],
  ['guest-memory', ['--schedule', 'flat-v0'], /^bench:guest-memory: --schedule: takes .*flat-v2.*; got "flat-v0"$/],
  ['metering/contracts-main', ['--contracts', 'nosuch'], /^bench:metering-contracts: --contracts: takes .*"nosuch"$/],
  ['metering/contracts-main', ['--blocks', '5'], /^bench:metering-contracts: --blocks: .* at least 6; got "5"$/],
  ['../cli/bench-calls', ['--blocks', 'x'], /^bench:calls: --blocks: takes a whole number of at least 6; got "x"$/],
  ['../cli/bench-calls', ['--machines', 'nosuch'], /^bench:calls: --machines: takes wasm, .*"nosuch"$/],
  ['../cli/bench-calls', ['--against', '/nosuch'], /^bench:calls: --against \/nosuch: no engine that can be loaded/],
  ['metering/verify-main', ['--rounds', '1'], /^bench:verify: Unknown option '--rounds'$/],
];

describe('the small benchmarks', function () {
  this.timeout(120_000);
  let ends: readonly { readonly stdout: string; readonly stderr: string; readonly status: number }[];

  // In one process, which ends by itself: starting one takes longer than all that they do.
  before(() => {
    const programs = refused.map(([program, args]) => {
      return { script: `${root}bench/${program.includes('/') ? program : `${program}/main`}.ts`, args };
    });
    const runner = `${root}test/support/run-programs.ts`;
    const flags = ['--import', 'tsx', runner, JSON.stringify(programs)];
    const { status, stdout, stderr } = spawnSync(process.execPath, flags, { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    ends = JSON.parse(stdout);
  });

  for (const [at, [program, args, says]] of refused.entries()) {
    it(`${program} ${args.join(' ')}: one line that says what it takes, and exit code 2`, () => {
      assert.ok(ends[at] !== undefined);
      const { status, stdout, stderr } = ends[at];
      assert.match(stderr, /^[^\n]+\n$/);
      assert.match(stderr.trimEnd(), says);
      assert.equal(stdout, '');
      assert.equal(status, 2);
    });
  }
});
