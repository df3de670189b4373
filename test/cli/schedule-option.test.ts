import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { schedules } from '../../engine/schedules.ts';
import { trimeter } from './capture.ts';

const erc20 = join(bundledCaseDirectory('erc20'), 'build/erc20.wasm');
const onWasm = ['--on', 'wasm,reference'];

/** By schedule. The two flat ones differ only where a memory grows, which erc20 does not do. */
function assertAllDiffer(gas: ReadonlyMap<string, unknown>): void {
  assert.equal(gas.size, schedules.length);
  assert.equal(gas.get('flat-v2'), gas.get('flat-v1'));
  assert.equal(new Set(gas.values()).size, schedules.length - 1);
}

describe('--schedule', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-schedule-'));
  after(() => rmSync(directory, { recursive: true }));
  const output = join(directory, 'out.wasm');

  const commands: readonly (readonly string[])[] = [
    ['run', 'erc20', 'name', ...onWasm],
    ['check', 'fibonacci', '--calls', '2', '--seed', '1', ...onWasm],
    ['bench', 'fibonacci', '--quick', ...onWasm],
    ['meter', erc20, '-o', output],
    ['inspect', erc20],
  ];
  for (const args of commands) {
    it(`is refused by ${args[0]} with the list if there is no such one`, async () => {
      const { exitCode, errors } = await trimeter(...args, '--schedule', 'flat-v0');
      assert.equal(exitCode, 2);
      assert.match(errors, /--schedule takes flat-v2, flat-v1, calibrated-v1, .*; got "flat-v0"\n$/);
    });
  }

  it('is in the usage of each', async () => {
    for (const [name = ''] of commands) {
      assert.match((await trimeter(name, '--help')).output, /^ {2}--schedule <id> +gas schedule; default flat-v2/m);
    }
  });

  it('decides the gas, and is named in the report', async () => {
    const used = new Map<string, string>();
    for (const { id } of schedules) {
      const run = await trimeter('run', 'erc20', 'name', ...onWasm, '--schedule', id, '--json');
      assert.equal(run.exitCode, 0, run.errors);
      const report = JSON.parse(run.output);
      assert.equal(report.schedule, id);
      assert.equal(report.machines[0].gasUsed, report.machines[1].gasUsed);
      used.set(id, report.machines[0].gasUsed);
    }
    assertAllDiffer(used);
  });

  it('decides what meter writes and inspect shows', async () => {
    const modules = new Set<string>();
    const gas = new Map<string, number>();
    for (const { id } of schedules) {
      const meter = JSON.parse((await trimeter('meter', erc20, '-o', output, '--schedule', id, '--json')).output);
      assert.equal(meter.schedule, id);
      modules.add(readFileSync(output, 'hex'));
      const inspect = JSON.parse((await trimeter('inspect', erc20, '--schedule', id, '--json')).output);
      assert.equal(inspect.schedule, id);
      gas.set(id, Math.max(...inspect.functions.map((row: { gasOfAllBlocks: number }) => row.gasOfAllBlocks)));
    }
    assert.equal(modules.size, schedules.length);
    assertAllDiffer(gas);
  });

  it('is in the report of check', async () => {
    const args = [
      'check',
      'fibonacci',
      '--calls',
      '2',
      '--seed',
      '1',
      ...onWasm,
      '--schedule',
      'calibrated-v1',
      '--json',
    ];
    const { exitCode, output: text } = await trimeter(...args);
    assert.equal(exitCode, 0);
    assert.equal(JSON.parse(text).schedule, 'calibrated-v1');
  });
});
