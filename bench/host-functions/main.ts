/**
 * What a unit of gas takes in every host function, under the default schedule: where the price of the work is far from the time of it, a guest
 * gets much work for little gas.
 *
 *   npm run bench:host-functions -- [--samples 15] [--only math_]
 *
 * `quick` is the machine as it is; `exact` is the form that runs again what has trapped (docs/adr/0004), without the kernel's
 * thunks. Each program takes turns with a loop of plain arithmetic: `times` is how much longer its gas takes than that loop's.
 */
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import type { Machine } from '../../engine/machine.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { formatRuntime, thisRuntime } from '../../processes/runtime.ts';
import { partOf, printedTable, smallBenchmark, wholeNumber } from '../small-benchmark.ts';
import { median } from '../stats/median.ts';
import type { HostProgram } from './host-program.ts';
import { instructionRows, sealRows, stylusRows, unitRow } from './host-rows.ts';
import { type HostTime, openProgram, timeProgram } from './time-rows.ts';

const programs: readonly HostProgram[] = [
  ...instructionRows.map(([name, row]) => ({ abi: stylusAbi, name, row })),
  ...Object.entries(stylusRows).flatMap(([name, rows]) => rows.map((row) => ({ abi: stylusAbi, name, row }))),
  ...Object.entries(sealRows).flatMap(([name, rows]) => rows.map((row) => ({ abi: sealAbi, name, row }))),
];

/** What `GuestModule.exact` gives, as a machine. */
function exactMachine(): Machine {
  const machine = wasmMachine('wasm-exact', { strategy: 'global', reusesInstances: true });
  return {
    ...machine,
    prepare: (...args) => {
      const module = machine.prepare(...args);
      const { abi, bytes, moduleHash } = module;
      return {
        abi,
        bytes,
        moduleHash,
        exact: undefined,
        inWorld: undefined,
        hasEntry: (entry) => module.hasEntry(entry),
        run: (entry, budget, context) => module.run(entry, budget, context),
      };
    },
  };
}

interface TimedRow {
  readonly program: HostProgram;
  readonly quick: HostTime;
  readonly exact: HostTime;
}

function printed(rows: readonly TimedRow[]): string {
  const worst = ({ quick, exact }: TimedRow): number => Math.max(quick.nsPerGas, exact.nsPerGas);
  const numbers = ({ nsPerGas, unitsPerGas }: HostTime) => [nsPerGas.toFixed(2), unitsPerGas.toFixed(1)];
  const cells = rows
    .toSorted((a, b) => worst(b) - worst(a))
    .map(({ program: { name, row }, quick, exact }) => [name, row.what, ...numbers(quick), ...numbers(exact)]);
  const middle = (of: (row: TimedRow) => number): string => median(rows.map(of)).toFixed(2);
  return `${printedTable(['function', 'arguments'], ['ns/gas', 'times', 'exact', 'times'], cells)}
median of all rows: ${middle(({ quick }) => quick.nsPerGas)} ns per gas, exact ${middle(({ exact }) => exact.nsPerGas)}
`;
}

const options = { samples: wholeNumber(15), only: partOf(programs.map(({ name }) => name)) };
await smallBenchmark('host-functions', options, async ({ samples, only }) => {
  const quick = createWasmBackend();
  const exact = guestBackend(exactMachine(), defaultSchedule, (schedule) => new KernelState(schedule));
  const unit = await openProgram(quick, { abi: stylusAbi, name: 'arithmetic', row: unitRow });
  for (let call = 0; call < 50; call++) await unit.sample();
  const rows: TimedRow[] = [];
  for (const program of programs.filter(({ name }) => only(name))) {
    rows.push({
      program,
      quick: await timeProgram(quick, program, unit, samples),
      exact: await timeProgram(exact, program, unit, samples),
    });
  }
  process.stdout.write(`${formatRuntime(thisRuntime())}, ${defaultSchedule.id}\n\n${printed(rows)}`);
});
