import { setFlagsFromString } from 'node:v8';
import { type FittedTable, fitTable } from '../../bench/calibrate/fit-table.ts';
import { type Accuracy, type Counting, gasAccuracy } from '../../bench/calibrate/gas-accuracy.ts';
import { timeHostFunctions } from '../../bench/calibrate/time-host-functions.ts';
import { describeEnvironment } from '../../bench/result/environment.ts';
import { selectWorkloads } from '../../contracts/select-workloads.ts';
import { schedules } from '../../engine/schedules.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { openMachines } from '../../harness/machines/register.ts';
import { type Column, columnsOf, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { jsonOption, jsonUsage, parseArguments, parseInteger } from '../arguments.ts';
import type { Command } from '../command.ts';
import { loadCases } from '../contract-options.ts';
import { ExitCode } from '../exit-code.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { createProgress } from '../progress.ts';
import { style } from '../style.ts';
import type { Terminal } from '../terminal.ts';

/** With fewer the programs are too much alike to tell the weights apart, and the fit hardly settles. */
const MIN_MIXES = 100n;
const MAX_MIXES = 100_000n;

export const calibrate: Command = {
  usage: `trimeter calibrate [options]

Measures what instructions and host functions cost on this machine, under V8's
optimising compiler, and fits a cost table to it; then says for every schedule,
and for the EVM, how far apart nanoseconds per gas lie over the bundled
workloads. Takes about a minute. docs/schedules.md explains the numbers.

  --mixes <n>        random programs beside the pure ones, at least ${MIN_MIXES};
                     default 480
  --seed <n>         of the programs; default 1
${jsonUsage(21, 'everything as JSON')}

Examples:
  trimeter calibrate --json costs.json
  trimeter calibrate --mixes 1000 --seed 7
`,
  run: async (args, terminal) => {
    const { values } = parseArguments(args, {
      ...jsonOption,
      mixes: { type: 'string', default: '480' },
      seed: { type: 'string', default: '1' },
    });
    const mixCount = Number(parseInteger('--mixes', values.mixes, MIN_MIXES, MAX_MIXES));
    const seed = Number(parseInteger('--seed', values.seed, 1n, 2n ** 31n - 1n));
    checkPlaces({ '--json': values.json });
    const json = jsonTarget(terminal, values.json);
    // Everything is compiled by the optimising compiler at once. Must be said before the first module.
    setFlagsFromString('--no-liftoff');

    const twin = createWasmBackend({ isMetered: false });
    const progress = createProgress(terminal);
    const label = (text: string) => progress.step(0, 1, text);
    const machine = wasmMachine('wasm-unmetered', { strategy: 'none', reusesInstances: true });
    const table = await fitTable(machine, seed, mixCount, label).finally(progress.clear);
    const hostNs = Object.fromEntries(await timeHostFunctions(twin));
    const { available } = await openMachines(['evm'], schedules[0]);
    const countings: readonly Counting[] = [
      ...schedules.map((schedule) => ({ name: schedule.id, meter: createWasmBackend({ schedule }), clock: twin })),
      ...available.map((evm) => ({ name: 'evm', meter: evm, clock: evm })),
    ];
    const typical = selectWorkloads(await loadCases(terminal, []), ['typical']);
    const accuracy = await gasAccuracy(typical, countings, label).finally(progress.clear);

    if (!json.isQuiet) terminal.out(calibrationText(terminal, table, hostNs, accuracy));
    const isWritten = json.write({
      format: 'trimeter-calibration',
      version: 1,
      environment: describeEnvironment([twin, ...available], new Date()),
      seed,
      mixCount,
      table,
      hostNs,
      hostPrices: Object.fromEntries(Object.entries(hostNs).map(([name, ns]) => [name, Math.round(ns / table.unitNs)])),
      accuracy,
    });
    return exitWith(ExitCode.Done, [isWritten]);
  },
};

const weightColumns = columnsOf(['what'], ['ns', 'units']);
const spreadColumns = columnsOf(['gas'], ['max/min', 'p95/p5', 'cv', 'whole: max/min', 'p95/p5', 'cv']);

/** For people. */
export function calibrationText(
  terminal: Terminal,
  table: FittedTable,
  hostNs: Readonly<Record<string, number>>,
  accuracy: readonly Accuracy[],
): string {
  const weights = Object.entries(table.nsByColumn).map(([name, ns]) => [
    name,
    ns.toFixed(4),
    String(table.weights[name]),
  ]);
  const hosts = Object.entries(hostNs).map(([name, ns]) => [
    name,
    ns.toFixed(1),
    String(Math.round(ns / table.unitNs)),
  ]);
  const spreads = accuracy.map(({ name, net, whole }) => [
    name,
    ...[net, whole].flatMap(({ maxOverMin, p95OverP5, variation }) =>
      [maxOverMin, p95OverP5, variation].map((value) => value.toFixed(2)),
    ),
  ]);
  const tableOf = (columns: readonly Column[], rows: readonly (readonly string[])[]) =>
    textTable(columns, rows, terminal.columns);
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const prose = (text: string) => wrapText(text, terminal.columns);
  const title = (text: string) => prose(style(terminal, 'bold', text));
  return [
    title(`Weights, from ${table.programCount} programs; one unit is ${table.unitNs.toFixed(4)} ns`),
    tableOf(weightColumns, weights),
    prose(
      `R2 ${table.rSquared.toFixed(4)} (of logarithms ${table.rSquaredOfLogs.toFixed(4)}), ` +
        `error: median ${percent(table.medianError)}, 95 % within ${percent(table.p95Error)}\n`,
    ),
    title('Host functions'),
    tableOf(weightColumns, hosts),
    title('Nanoseconds per gas over the workloads, without what an empty call takes, and with it'),
    tableOf(spreadColumns, spreads),
  ].join('\n');
}
