import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodeOf } from '../../cli/exit-code.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { EngineError } from '../../engine/errors.ts';
import type { ReplayFile } from '../../harness/agreement/replay-file.ts';
import { VerificationFailed } from '../../metering/verify/verification-failed.ts';
import { trimeter } from './capture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const erc20 = join(bundledCaseDirectory('erc20'), 'build/erc20.wasm');
const erc20Manifest = join(bundledCaseDirectory('erc20'), 'manifest.json');

describe('the command line', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-cli-'));
  after(() => rmSync(directory, { recursive: true }));
  const at = (name: string) => join(directory, name);

  it('ends what it inspects with the end of a line', async () => {
    assert.match((await trimeter('inspect', erc20)).output, /\S\n$/);
  });

  it('lists its commands, and explains each', async () => {
    const { exitCode, output } = await trimeter('--help');
    assert.equal(exitCode, 0);
    const names = [...output.matchAll(/^ {2}([a-z]+) {2}/gm)].map((match) => match[1] as string);
    assert.deepEqual(names, [
      'compare',
      'run',
      'check',
      'gate',
      'merge',
      'replay',
      'trace',
      'new',
      'build',
      'bench',
      'report',
      'calibrate',
      'meter',
      'inspect',
      'list',
    ]);
    for (const name of names) {
      const help = await trimeter(name, '--help');
      assert.equal(help.exitCode, 0);
      assert.match(help.output, new RegExp(`^trimeter ${name} `));
      assert.match(help.output, /--json <file\|->/);
      for (const line of help.output.split('\n')) assert.ok(line.length <= 80, `${name}: ${line}`);
    }
    for (const line of output.split('\n')) assert.ok(line.length <= 80, line);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.equal((await trimeter('--version')).output, `${version}\n`);
  });

  describe('turns bad input down in one line, with exit code 2', () => {
    const truncated = at('truncated.wasm');
    const text = at('text.wasm');
    const out = at('out.wasm');
    before(() => {
      writeFileSync(truncated, readFileSync(erc20).subarray(0, 700));
      writeFileSync(text, 'not a module');
    });
    const bad: readonly (readonly [what: string, args: () => readonly string[], message: RegExp])[] = [
      ['no command', () => [], /which command/],
      ['an unknown command', () => ['fly'], /no command fly; there are compare, run/],
      ['an unknown option', () => ['run', 'erc20', 'name', '--fast'], /Unknown option '--fast'\n$/],
      ['a mistyped option', () => ['bench', '--qick'], /Unknown option '--qick'; did you mean --quick\?\n$/],
      ['an unknown contract', () => ['run', 'nothing', 'name'], /nothing: .*there are .*erc20/],
      ['a mistyped contract', () => ['run', 'ecr20', 'name'], /^trimeter: ecr20: [^;]{1,50}; did you mean erc20\?$/m],
      [
        'a mistyped method',
        () => ['run', 'erc20', 'tranfer'],
        /erc20\.tranfer: no such method; did you mean transfer\? /,
      ],
      [
        'an unknown method',
        () => ['run', 'erc20', 'fly'],
        /erc20\.fly: no such method; there are .*transfer\(address,uint256\)/,
      ],
      ['no method', () => ['run', 'erc20'], /^trimeter: erc20: no method given; there are /],
      ['too few arguments', () => ['run', 'erc20', 'transfer', 'bob'], /transfer: expected 2 arguments/],
      ['an argument of the wrong type', () => ['run', 'erc20', 'transfer', 'bob', 'many'], /transfer: .*uint256/],
      ['an argument out of range', () => ['run', 'erc20', 'transfer', 'bob', `0x1${'0'.repeat(64)}`], /transfer: /],
      ['an unknown account', () => ['run', 'erc20', 'name', '--caller', 'mallory'], /mallory/],
      [
        'a negative gas limit',
        () => ['run', 'erc20', 'name', '--gas-limit=-1'],
        /--gas-limit must be an integer from 0/,
      ],
      [
        'a negative gas limit as a word of its own',
        () => ['run', 'erc20', 'name', '--gas-limit', '-1'],
        /--gas-limit must be an integer from 0 .*got "-1"/,
      ],
      ['a negative argument', () => ['run', 'erc20', 'transfer', 'bob', '-5'], /transfer: value: "-5" does not fit/],
      [
        'a gas limit that is no number',
        () => ['run', 'erc20', 'name', '--gas-limit', 'NaN'],
        /--gas-limit .* got "NaN"/,
      ],
      ['a gas limit too large', () => ['run', 'erc20', 'name', '--gas-limit', '4611686018427387905'], /--gas-limit/],
      ['an unknown machine', () => ['run', 'erc20', 'name', '--on', 'wasm,abacus'], /--on takes wasm.*got "abacus"/],
      [
        'a machine for which the contract has no port',
        () => ['run', 'fibonacci', 'iterative', '3', '--on', 'wasm,wasm-assemblyscript'],
        /--on wasm-assemblyscript: this runs on wasm, .* only/,
      ],
      [
        'a machine for which no contract has a port',
        () => ['check', 'noop', '--on', 'wasm-rust'],
        /--on wasm-rust: this/,
      ],
      ['too few programs to fit', () => ['calibrate', '--mixes', '0'], /--mixes must be an integer from 100/],
      ['no number of programs', () => ['calibrate', '--mixes', 'NaN'], /--mixes must be an integer from 100/],
      ['an empty name', () => ['run', ''], /^trimeter: "": neither a contract folder/],
      ['a call count of zero', () => ['check', 'erc20', '--calls', '0'], /--calls must be an integer from 1/],
      ['a report into a missing folder', () => ['check', 'erc20', '--json', at('none/x.json')], /does not exist/],
      ['a report over a folder', () => ['check', 'erc20', '--json', directory], /is a directory/],
      [
        'too few blocks for an interval',
        () => ['bench', 'erc20', '--blocks', '5'],
        /--blocks must be an integer from 6/,
      ],
      ['anchors in one process', () => ['bench', '--quick', '--anchors', 'revm'], /--anchors does not go with --quick/],
      [
        'another engine in this process',
        () => ['bench', 'noop', '--quick', '--on', 'wasm,wasm@liftoff'],
        /--on wasm@liftoff: this runs on wasm, .* only$/m,
      ],
      ['a page into a missing folder', () => ['bench', 'erc20', '--html', at('none/x.html')], /does not exist/],
      ['an earlier run that is none', () => ['bench', 'erc20', '--compare', text], /text\.wasm: is not JSON/],
      [
        'an earlier run of another kind',
        () => ['bench', 'erc20', '--compare', erc20Manifest],
        /not a result of the benchmark/,
      ],
      [
        'an unknown size',
        () => ['bench', 'erc20', '--quick', '--size', 'huge'],
        /--size takes small, typical, large, /,
      ],
      ['a missing module', () => ['meter', at('missing.wasm'), '-o', out], /missing\.wasm: no such file/],
      ['a folder as module', () => ['inspect', directory], /has no \.sol file$/m],
      ['a text as module', () => ['meter', text, '-o', out], /text\.wasm: malformed at byte 0/],
      ['a truncated module', () => ['meter', truncated, '-o', out], /truncated\.wasm: malformed at byte \d+/],
      ['a truncated module to look at', () => ['inspect', truncated], /truncated\.wasm: malformed/],
      [
        'a truncated module to disassemble',
        () => ['inspect', truncated, '--wat'],
        /truncated\.wasm: wabt cannot read it/,
      ],
      ['a module for another host', () => ['meter', erc20, '-o', out, '--abi', 'seal'], /import-not-allowed/],
      ['an unknown guest ABI', () => ['meter', erc20, '-o', out, '--abi', 'near'], /--abi takes stylus or seal/],
      ['nowhere to write', () => ['meter', erc20], /needs -o/],
      ['an unknown caller', () => ['run', 'erc20', 'name', '--caller', 'frank'], /: --caller: expected .* got "frank"/],
      ['a contract named twice', () => ['check', 'noop', 'noop'], /the contract noop is named twice/],
      [
        'a contract named twice in two ways',
        () => ['check', 'noop', bundledCaseDirectory('noop')],
        /the contract \S+noop is named twice/,
      ],
      ['an ink! bundle to check', () => ['check', 'x.contract'], /x\.contract: no such file$/m],
      [
        'a gas limit for a machine without gas',
        () => ['run', 'noop', 'noop', '--on', 'wasm,wasm-unmetered', '--gas-limit', 'wasm-unmetered=5'],
        /--gas-limit wasm-unmetered: this machine counts no gas/,
      ],
      ['a replay that is none', () => ['replay', text], /text\.wasm: file: is not valid JSON/],
    ];
    for (const [what, args, message] of bad) {
      it(what, async () => {
        const { exitCode, output, errors } = await trimeter(...args());
        assert.match(errors, message);
        assert.match(errors, /^trimeter: [^\n]+\n$/);
        assert.equal(exitCode, 2);
        assert.equal(output, '');
        assert.equal(existsSync(out), false);
      });
    }
  });

  it('shows what the user typed without obeying it', async () => {
    const { errors } = await trimeter('run', '\u001b[31merc20\u202e', 'name');
    assert.match(errors, /^trimeter: \\x1b\[31merc20\\u\{202e\}: /);
  });

  it('tells our faults from bad input', () => {
    assert.equal(exitCodeOf(new UsageError('x')), 2);
    for (const code of ['backend-unavailable', 'no-code'] as const) {
      assert.equal(exitCodeOf(new EngineError(code, 'x')), 2);
    }
    for (const code of ['internal', 'host-memory', 'bad-argument'] as const) {
      assert.equal(exitCodeOf(new EngineError(code, 'x')), 3);
    }
    assert.equal(exitCodeOf(new TypeError('x')), 3);
  });

  it('runs a call on machines side by side', async () => {
    const { exitCode, output } = await trimeter(
      ...['run', 'erc20', 'transfer', 'bob', '5', '--caller', 'deployer', '--on', 'wasm,reference,evm'],
    );
    assert.match(output, /^wasm +success +true +1 +\d+ +[0-9a-f]{16}$/m);
    assert.match(output, /^event Transfer\(from: deployer, to: bob, value: 5\)$/m);
    assert.match(output, /^wasm, reference, evm agree$/m);
    assert.equal(exitCode, 0);
  });

  it('runs ink! contracts on the machines that can', async () => {
    const bundle = join(root, 'contracts/ink/bundles/flipper.contract');
    const { exitCode, output } = await trimeter('run', bundle, 'flip', '--constructor-args', '[true]');
    assert.match(output, /^reference +success +\{"Ok":null\} +1 /m);
    assert.match(output, /^event Flipped\(newValue: false\)\nwasm, reference agree$/m);
    assert.equal(exitCode, 0);
    const evm = await trimeter('run', bundle, 'flip', '--constructor-args', '[true]', '--on', 'wasm,evm');
    const noArguments = await trimeter('run', bundle, 'get');
    assert.match(noArguments.output, /^wasm +success +\{"Ok":false\} /m);
    assert.match(
      evm.errors,
      /--on evm: this runs on wasm, wasm-unmetered, wasm-fresh, wasm-plain, reference, wasm@liftoff, .* only/,
    );
    assert.equal(evm.exitCode, 2);
  });

  it('writes the same as JSON', async () => {
    const { exitCode, output } = await trimeter('run', 'erc20', 'transfer', 'bob', '5', '--on', 'wasm,evm', '--json');
    const result = JSON.parse(output);
    assert.equal(exitCode, 0);
    assert.equal(result.agreed, true);
    assert.equal(result.machines[0].status, 'revert');
    assert.equal(result.machines[0].decoded, 'ERC20InsufficientBalance(sender: alice, balance: 0, needed: 5)');
    assert.equal(result.machines[0].output, result.machines[1].output);
    assert.match(result.machines[0].gasUsed, /^\d+$/);
  });

  it('does not call it a disagreement when one limit is little on one machine and much on another', async () => {
    // Machines count gas in units of their own: a limit between the two needs makes one of them run out.
    const args = ['run', 'erc20', 'transfer', 'bob', '5', '--caller', 'deployer', '--on', 'wasm,evm'];
    const { exitCode, output } = await trimeter(...args, '--gas-limit', '10000');
    assert.match(output, /^evm ran out of its 10000 gas and wasm did not\. Machines count gas in units of their own/m);
    assert.doesNotMatch(output, /agree/);
    assert.equal(exitCode, 2);
    const json = JSON.parse((await trimeter(...args, '--gas-limit', '10000', '--json')).output);
    assert.equal(json.agreed, null);
    const enough = await trimeter(...args, '--gas-limit', 'wasm=8000,evm=60000');
    const alike = await trimeter(
      'run',
      'noop',
      'noop',
      '--on',
      'wasm,reference',
      '--gas-limit',
      'wasm=1,reference=900',
    );
    assert.match(alike.output, /^wasm ran out of its 1 gas and reference did not, with 900: this compares nothing$/m);
    assert.match(enough.output, /^wasm, evm agree$/m);
    assert.equal(enough.exitCode, 0);
    const neither = await trimeter(...args, '--gas-limit', 'wasm=7000,evm=25000');
    assert.match(neither.output, /^wasm, evm agree$/m);
  });

  it('checks contracts with random calls, and the same ones for the same seed', async () => {
    const args = ['check', 'erc20', '--calls', '30', '--seed', '5', '--on', 'wasm,reference', '--json'];
    const [first, second] = [await trimeter(...args), await trimeter(...args)];
    assert.equal(first.exitCode, 0, first.errors);
    assert.deepEqual(first, second);
    const { calls, disagreements, backends, cases } = JSON.parse(first.output);
    assert.ok(calls >= 30);
    assert.equal(disagreements, 0);
    assert.deepEqual(
      backends.map(({ name }: { name: string }) => name),
      ['wasm', 'reference'],
    );
    assert.deepEqual(
      cases.map(({ id, agreed }: { id: string; agreed: boolean }) => [id, agreed]),
      [['erc20', true]],
    );
  });

  it('checks ports where there are some, and names the contracts without', async () => {
    const args = ['check', 'erc20', 'noop', '--calls', '20', '--seed', '5', '--on'];
    const three = await trimeter(...args, 'wasm,reference,wasm-assemblyscript');
    assert.equal(three.errors, 'wasm-assemblyscript has no form to run of noop\n');
    assert.match(three.output, /^erc20 +\d+ +\d+ +agree$/m);
    assert.match(three.output, /^noop +\d+ +\d+ +wasm, reference agree$/m);
    // Alone on wasm, noop would agree with nothing.
    const two = await trimeter(...args, 'wasm,wasm-assemblyscript', '--json');
    assert.match(two.errors, /^trimeter: of the machines only one runs noop, so that nothing would be compared$/m);
    assert.deepEqual([three.exitCode, two.exitCode], [0, 2]);
  });

  it('replays a file, and says so when what it shows is gone', async () => {
    const file: ReplayFile = {
      format: 'trimeter-replay',
      version: 1,
      case: 'erc20',
      constructorArgs: ['Trimeter Token', 'TRI', '1000'],
      steps: [{ method: 'transfer', args: ['bob', '5'], caller: 'deployer' }],
      backends: ['wasm', 'evm'],
      seed: 1,
      disagreement: { step: 1, field: 'output', left: '0x01', right: '0x00', backends: ['wasm', 'evm'] },
    };
    writeFileSync(at('replay.json'), JSON.stringify(file));
    const gone = await trimeter('replay', at('replay.json'));
    assert.match(gone.output, /^wasm, evm agree on 1 call$/m);
    assert.equal(gone.exitCode, 0);
  });

  it('meters a module, and an inspected module tells what it costs', async () => {
    const metered = at('metered.wasm');
    const { exitCode, output } = await trimeter('meter', erc20, '-o', metered, '--json', '-');
    assert.equal(exitCode, 0);
    const { report, names } = JSON.parse(output);
    assert.equal(report.instrumentedBytes, readFileSync(metered).length);
    const disassembly = (await trimeter('inspect', metered, '--wat')).output;
    assert.match(disassembly, new RegExp(`\\(export "${names.gas}" \\(global`));

    const inspected = JSON.parse((await trimeter('inspect', erc20, '--json')).output);
    assert.equal(inspected.functions.length, report.functionCount);
    assert.deepEqual(inspected.refusals, []);
    assert.equal(inspected.proved, true);
    assert.match((await trimeter('inspect', erc20)).output, /\nmetering: proved\n*$/);
    assert.match((await trimeter('inspect', erc20, '--wat')).output, /^\(module\n/);
  });

  it('inspects all forms of a contract, with an ABI that lies beside them', async () => {
    const [wasm, code, abi] = ['erc20.wasm', 'erc20.evm.hex', 'erc20.abi.json'].map((name) =>
      join(bundledCaseDirectory('erc20'), 'build', name),
    ) as [string, string, string];
    const ofCode = await trimeter('inspect', code, '--abi', abi);
    assert.equal(ofCode.exitCode, 0, ofCode.errors);
    assert.match(ofCode.output, /^0xa9059cbb {2}transfer\(address,uint256\)/m);
    const ofBoth = await trimeter('inspect', wasm, '--abi', abi, '--evm', code);
    assert.match(ofBoth.output, /^metering: proved$[\s\S]*^0xa9059cbb {2}transfer/m);
    const withoutAbi = await trimeter('inspect', wasm, '--evm', code);
    assert.equal(withoutAbi.exitCode, 2);
    assert.match(withoutAbi.errors, /has no ABI of its own: --abi <file\.json>/);
  });

  it('verifies what it has metered, for every strategy', async () => {
    for (const strategy of ['default', 'global', 'none']) {
      const { exitCode, output } = await trimeter(
        'meter',
        erc20,
        '-o',
        at('verified.wasm'),
        '--strategy',
        strategy,
        '--verify',
      );
      assert.equal(exitCode, 0);
      const unpaid = strategy === 'none' ? 'nothing is metered' : 'at most \\d+ gas runs unpaid';
      assert.match(output, new RegExp(`^verified: ${unpaid}; \\d+ charges; \\d+ ms$`, 'm'));
    }
    const { output } = await trimeter('meter', erc20, '-o', at('verified.wasm'), '--verify', '--json', '-');
    const { verification, report } = JSON.parse(output);
    assert.equal(verification.maxOverdraftGas, 0);
    assert.equal(verification.chargeCount, report.chargeCount);
    // What it would find is a fault of ours, and no input's.
    const failure = new VerificationFailed('unbalanced', 3, 99, 'a balance of 0', 1);
    assert.equal(exitCodeOf(failure), 3);
    assert.equal(failure.message, 'unbalanced at byte 99 in function 3: expected a balance of 0, found 1');
  });

  it('is what the executable runs', () => {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'fly'], { cwd: root });
    assert.match(stderr.toString(), /^trimeter: no command fly/m);
    assert.equal(status, 2);
  });
});
