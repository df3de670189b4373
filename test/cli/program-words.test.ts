import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processTerminal } from '../../cli/terminal.ts';
import { trimeter } from './capture.ts';

describe('the words of the command line', () => {
  it('list the contracts, and the machines that are here and that are not', async () => {
    const { exitCode, output } = await trimeter('list');
    assert.equal(exitCode, 0);
    assert.match(output, /^Contracts$[\s\S]*^ {2}erc20 +\S/m);
    assert.match(output, /^Machines$[\s\S]*^ {2}wasm +\S.*\(default\)$/m);
    const json = JSON.parse((await trimeter('list', '--json')).output);
    const names = [...json.machines, ...json.missing].map(({ name }: { name: string }) => name);
    assert.ok(names.includes('reference') && names.includes('native'));
  });

  it('explain a command both ways, and the program', async () => {
    const help = await trimeter('help', 'run');
    assert.equal(help.output, (await trimeter('run', '--help')).output);
    assert.equal((await trimeter('help')).output, (await trimeter('--help')).output);
    assert.equal((await trimeter('version')).output, (await trimeter('--version')).output);
    assert.match(help.output, /^Examples:\n {2}trimeter run /m);
  });

  it('have one to five examples for every command, with options that it has, in 80 columns', async () => {
    const { output } = await trimeter('help');
    const names = [...output.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name as string);
    assert.ok(names.includes('calibrate') && names.includes('new'));
    for (const name of names) {
      const { output: usage } = await trimeter('help', name);
      for (const line of usage.split('\n')) assert.ok(line.length <= 80, `${name}: ${line}`);
      const [about = '', examples = ''] = usage.split(/^Examples?:\n/m);
      const lines = examples.trimEnd().split('\n');
      assert.ok(lines.length >= 1 && lines.length <= 5, name);
      for (const line of lines) {
        assert.ok(line.startsWith(`  trimeter ${name}`), `${name}: ${line}`);
        for (const [option] of line.matchAll(/--[a-z-]+/g)) assert.ok(about.includes(option), `${name}: ${option}`);
      }
    }
  });

  for (const [typed, meant] of [
    ['chek', 'check'],
    ['bnech', 'bench'],
    ['versio', 'version'],
  ] as const) {
    it(`guess ${meant} from ${typed}`, async () => {
      const { exitCode, errors } = await trimeter(typed);
      assert.deepEqual([exitCode, errors], [2, `trimeter: no command ${typed}; did you mean ${meant}?\n`]);
    });
  }

  it('are JSON where JSON is asked for, of errors too', async () => {
    const { exitCode, output, errors } = await trimeter('run', '--json', 'nosuch', 'f');
    const { error } = JSON.parse(output);
    assert.deepEqual([exitCode, error.exitCode, `trimeter: ${error.message}\n`], [2, 2, errors]);
    assert.equal((await trimeter('run', 'nosuch', 'f')).output, '');
  });

  it('are coloured by FORCE_COLOR, unless NO_COLOR says otherwise', () => {
    const { FORCE_COLOR, NO_COLOR } = process.env;
    const colour = (force: string | undefined, no: string | undefined) => {
      for (const [name, value] of [
        ['FORCE_COLOR', force],
        ['NO_COLOR', no],
      ] as const) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      return processTerminal().hasColour;
    };
    try {
      assert.equal(colour('1', undefined), true);
      assert.equal(colour('', undefined), true);
      assert.equal(colour('0', undefined), false);
      assert.equal(colour('1', '1'), false);
    } finally {
      colour(FORCE_COLOR, NO_COLOR);
    }
  });

  it('turn down what a script asks for that would mean different things, or be left out in silence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-'));
    const script = join(folder, 'script.json');
    const approve = { method: 'approve', args: ['bob', '5'] };
    try {
      writeFileSync(script, JSON.stringify({ steps: [{ ...approve, gasLimit: '100000' }] }));
      const run = await trimeter('run', 'erc20', '--script', script, '--on', 'wasm,evm');
      assert.deepEqual([run.exitCode, run.output], [2, '']);
      assert.match(run.errors, /script\.json: a gas limit means different things to wasm, evm\n$/);
      writeFileSync(script, JSON.stringify({ steps: [{ ...approve, block: { time: '+1' } }] }));
      const bench = await trimeter('bench', 'erc20', '--quick', '--blocks', '6', '--on', 'wasm', '--script', script);
      assert.equal(bench.exitCode, 2);
      assert.match(bench.errors, /erc20\/script: call 1: moves the block or has a gas limit, which cannot be timed/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('show several calls side by side, from a line or a script, and stop at nothing that agrees', async () => {
    const { exitCode, output } = await trimeter(
      ...['run', 'erc20', 'approve', 'bob', '5', '--and', "allowance alice 'bob'", '--on', 'wasm,evm'],
    );
    assert.equal(exitCode, 0);
    assert.match(output, /^1\. approve\("bob", "5"\) by alice\n/);
    assert.match(output, /^wasm +success +5 +0 +4282 /m);
    assert.match(output, /^wasm, evm agree on 2 calls$/m);
    const traced = await trimeter('run', 'erc20', 'approve', 'bob', '5', '--and', 'symbol', '--trace');
    assert.equal(traced.errors, 'trimeter: --trace goes with one call\n');
  });

  it('move the block of a call, and of what comes after it, as every machine sees it', async () => {
    const kitchenSink = fileURLToPath(new URL('../fixtures/kitchen-sink', import.meta.url));
    const run = (...words: readonly string[]) => trimeter('run', kitchenSink, 'ownerOf', ...words);
    const { exitCode, output } = await run(
      ...['--time', '+60', '--number', '77', '--and', 'ownerOf --number +3', '--and', 'ownerOf --time 1800000000'],
      ...['--on', 'wasm,wasm-unmetered,wasm-plain,reference,evm,evm-default', '--json'],
    );
    assert.equal(exitCode, 0);
    const { agreed, calls } = JSON.parse(output);
    assert.equal(agreed, true);
    const seen = calls.map(({ machines }: { machines: readonly { decoded: string }[] }) => [
      ...new Set(machines.map(({ decoded }) => decoded.split(', ').slice(2).join(' '))),
    ]);
    assert.deepEqual(seen, [['77 1700000060'], ['80 1700000060'], ['80 1800000000']]);
    assert.deepEqual(calls[0].block, { time: '+60', number: '77' });
  });

  it('turn down a block that cannot be', async () => {
    const expected = 'a decimal string such as "1700003600" or "+3600"';
    const number = '--number';
    for (const [words, message] of [
      [['--time', 'soon'], `--time: expected ${expected}, got "soon"`],
      [['--time', '-5'], `--time: expected ${expected}, got "-5"`],
      [[number, '18446744073709551616'], '--number: expected less than 2^64, got "18446744073709551616"'],
      [
        [number, '+18446744073709551615'],
        "the block's number: 1 moved on by 18446744073709551615, expected less than 2^64",
      ],
      [['--and', 'symbol --time x'], `--time: expected ${expected}, got "x"`],
    ] as const) {
      const { exitCode, errors } = await trimeter('run', 'erc20', 'symbol', '--on', 'wasm', ...words);
      assert.deepEqual([exitCode, errors], [2, `trimeter: ${message}\n`]);
    }
    const last = await trimeter('run', 'erc20', 'symbol', '--on', 'wasm', number, '18446744073709551615');
    assert.equal(last.exitCode, 0);
    for (const option of ['--time', '--number', '--caller', '--value']) {
      const script = await trimeter('run', 'erc20', '--script', 'none.json', option, '5');
      assert.equal(script.errors, `trimeter: --script has the calls, so that ${option} has no place\n`);
    }
  });
});
