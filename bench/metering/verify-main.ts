/** What it costs to verify a module before it runs, over what it costs to instrument it. */
import { bundledCases } from '../../contracts/bundled-cases.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import { hostCodeOf } from '../../engine/abi/host-code-of.ts';
import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { instrument } from '../../metering/instrument.ts';
import { verifyInstrumented } from '../../metering/verify/verify-instrumented.ts';
import { printedTable, smallBenchmark } from '../small-benchmark.ts';
import { median } from '../stats/median.ts';
import { deepModules } from './deep-modules.ts';

const ROUNDS = 9;
const { costs, limits } = defaultSchedule;
const linked = { hostCode: hostCodeOf(stylusAbi, defaultSchedule, true) };
const options = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy: 'default', ...linked } as const;

/** Milliseconds, one after the other in each round. */
function measure(bytes: Uint8Array): readonly [instrumentMs: number, verifyMs: number] {
  const [instrumentMs, verifyMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const instrumented = instrument(bytes, { ...options, tracksWrites: 'all' });
    const between = performance.now();
    verifyInstrumented(bytes, instrumented, options);
    instrumentMs.push(between - start);
    verifyMs.push(performance.now() - between);
  }
  return [median(instrumentMs), median(verifyMs)];
}

await smallBenchmark('verify', {}, async () => {
  const rows: (readonly string[])[] = [];
  const show = (name: string, [instrumentMs, verifyMs]: readonly [number, number]): void => {
    rows.push([name, instrumentMs.toFixed(1), verifyMs.toFixed(1), (verifyMs / instrumentMs).toFixed(2)]);
  };
  const contracts = await Promise.all(bundledCases().map(async (id) => (await readBundledCase(id)).wasm));
  const times = contracts.map(measure);
  const sum = (which: 0 | 1): number => times.reduce((total, time) => total + time[which], 0);
  show('all contracts', [sum(0), sum(1)]);
  for (const [name, make] of deepModules) show(name, measure(make()));
  console.log(printedTable(['module'], ['instrument, ms', 'verify, ms', 'ratio'], rows));
});
