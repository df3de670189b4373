import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changeTable } from '../../bench/report/change-table.ts';
import { textReport } from '../../bench/report/text-report.ts';
import type { ProtocolCase, SlotReport } from '../../bench/result/protocol-report.ts';
import { createProgress } from '../../cli/progress.ts';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import type { CheckReport } from '../../harness/check.ts';
import { checkText } from '../../harness/results/check-text.ts';
import { sampleReport } from '../bench/sample-report.ts';
import { capture, trimeterOn } from './capture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const machines = ['wasm', 'native', 'evm', 'wasm-unmetered', 'evm-default', 'wasm-fresh'];

const [sampled] = sampleReport().cases as [ProtocolCase];
const quickReport = sampleReport({
  plan: { ...sampleReport().plan, inOneProcess: true },
  environment: {
    ...sampleReport().environment,
    backends: Object.fromEntries(machines.map((name) => [name, `what ${name} is made of, at some length`.repeat(2)])),
  },
  cases: ['transfer', 'transferFrom'].map((operation): ProtocolCase => {
    const slot = { ...(sampled.slots['wasm'] as SlotReport), nsPerOperation: 2.31e6, gasPerOperation: 7884 };
    const comparison = { ratio: { point: 10449, low: 5971, high: 33229 }, pValue: null, verdict: 'unstable' } as const;
    return {
      ...{ ...sampled, id: 'erc20', workload: operation, size: 'large', operation },
      slots: Object.fromEntries(machines.map((name) => [name, slot])),
      comparisons: Object.fromEntries(machines.map((name) => [`wasm/${name}`, comparison])),
    };
  }),
});

const checked: CheckReport = {
  ...{ id: 'erc20', machines: ['wasm', 'reference', 'native', 'evm'], calls: 2004, sequences: 57, agreed: false },
  ...{ methods: [], failedDeployments: 0, accepted: [], divergences: [], explanation: undefined },
  counterexample: {
    ...{ format: 'trimeter-replay', version: 2, case: 'erc20', backends: ['wasm', 'evm'], seed: 1 },
    constructorArgs: [],
    steps: [{ method: 'transferFrom', args: [`0x${'a1'.repeat(20)}`, 'bob', '57896044618658097711785492504'] }],
    disagreement: {
      step: 1,
      field: 'the events',
      left: 'one event '.repeat(12),
      right: 'none',
      backends: ['wasm', 'evm'],
    },
  } as NonNullable<CheckReport['counterexample']>,
};

const changes = sampleReport().cases.map(({ id, workload }) => ({
  ...{ id, workload, machines: 'wasm/wasm-unmetered', pValue: 0.001, verdict: 'unstable' as const },
  change: { point: 0.912, low: 0.095, high: 1090 },
}));

const spread = { maxOverMin: 122.58, p95OverP5: 19.97, variation: 1.21, median: 1 };
const fittedTable = {
  ...{ programCount: 181, rSquared: 0.99, rSquaredOfLogs: 0.9, medianError: 0.12, p95Error: 0.8, unitNs: 0.04 },
  ...{ nsByColumn: { 'local-write': 0.0078 }, weights: { 'local-write': 1 }, worst: [] },
};

async function calibrationOn(columns: number | undefined): Promise<string> {
  const { calibrationText } = await import('../../cli/commands/calibrate.ts');
  const accuracy = { name: 'a schedule with a long name', whole: spread, net: spread, workloads: [] };
  return calibrationText(capture({ columns }), fittedTable, { 'storage_flush_cache, 1 word': 38.7 }, [accuracy]);
}

async function onScreen(columns: number | undefined, ...args: readonly string[]): Promise<string> {
  return (await trimeterOn(capture({ columns }), ...args)).output;
}

function widest(text: string): number {
  return Math.max(...text.split('\n').map((line) => Array.from(line).length));
}

/** All that is to be read, but not where. */
function words(text: string): readonly string[] {
  return [...new Set(text.split(/[\s(]+/))].sort();
}

describe('on a screen of 80 columns', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-screen-'));
  after(() => rmSync(directory, { recursive: true }));
  const result = join(directory, 'result.json');
  writeFileSync(result, JSON.stringify(sampleReport()));
  const erc20 = join(bundledCaseDirectory('erc20'), 'build/erc20.wasm');
  const shown: readonly (readonly [what: string, show: (columns: number | undefined) => string | Promise<string>])[] = [
    ['run', (columns) => onScreen(columns, 'run', 'erc20', 'transfer', 'bob', '5', '--on', 'wasm,reference')],
    ['inspect', (columns) => onScreen(columns, 'inspect', erc20)],
    ['meter', (columns) => onScreen(columns, 'meter', erc20, '-o', join(directory, 'metered.wasm'))],
    ['report', (columns) => onScreen(columns, 'report', result)],
    ['the table of check, replay and compare', (columns) => checkText([checked], { screenColumns: columns })],
    ['the table of bench --quick and compare', (columns) => textReport(quickReport, machines, columns)],
    ['calibrate', calibrationOn],
    ['the table of bench --compare', (columns) => changeTable(changes, true, columns)],
  ];
  for (const [what, show] of shown) {
    it(`${what} fits, and says what it says in a pipe, where it is wider`, async () => {
      const [fitted, piped] = [await show(80), await show(undefined)];
      assert.ok(widest(fitted) <= 80, fitted);
      assert.ok(widest(piped) > 80, piped);
      assert.deepEqual(words(fitted), words(piped));
    });
  }

  it('progress keeps to one line', () => {
    const terminal = capture({ showsProgress: true, errorColumns: 20 });
    createProgress(terminal, () => 0).step(1, 2, 'checking a contract with a long name');
    assert.equal(terminal.errors(), '\r\u001b[2K 50%  checking a con');
  });

  it('the program asks its terminal, and wraps errors too', function () {
    const runIn = (command: string) =>
      spawnSync('script', ['-qec', command, '/dev/null'], { cwd: root, encoding: 'utf8' });
    if (runIn('true').status !== 0) this.skip();
    const trimeter = `"${process.execPath}" cli/trimeter.mjs`;
    const { stdout } = runIn(`stty cols 80; ${trimeter} inspect ${erc20}; ${trimeter} run erc20 nothing`);
    const lines = stdout.replaceAll('\r', '');
    assert.match(lines, /instructions[\s\S]*trimeter: erc20\.nothing: no such method[\s\S]*transferFrom/);
    assert.ok(widest(lines) <= 80, lines);
  });
});
