/**
 * The worst that a module within the limits can do to V8's compilers, one row for each way to strain them:
 *
 * - nanoseconds of processor time per gas on the baseline tier, next to ordinary work;
 * - processor time and peak memory of compiling it, instrumented, by either tier, in a process of its own.
 *
 *   npm run bench:limits -- [--only <part of a name>]
 */
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { instrumentModule } from '../../engine/wasm/module-cache.ts';
import { askOnce } from '../../processes/asked-child.ts';
import { nodeCommand } from '../../processes/node-command.ts';
import { partOf, printedTable, smallBenchmark } from '../small-benchmark.ts';
import { largestGuest } from './largest-guest.ts';
import { limitShapes, ordinaryWork } from './shapes.ts';

const BASELINE = ['--liftoff', '--no-wasm-tier-up'];
const OPTIMISER = ['--no-liftoff'];
/** All functions at once, and not each at its first call. */
const AT_ONCE = '--no-wasm-lazy-compilation';

function run(flags: readonly string[], script: string, input: unknown): Promise<unknown> {
  return askOnce(nodeCommand(`${script} with ${flags.join(' ')}`, new URL(script, import.meta.url), { flags }), input);
}

async function compileCells(flags: readonly string[], bytes: Uint8Array): Promise<readonly [ms: string, mib: string]> {
  const { ms, mib } = (await run([...flags, AT_ONCE], './compile-once.ts', bytes)) as { ms: number; mib: number };
  return [ms.toFixed(0), mib.toFixed(0)];
}

await smallBenchmark('limits', { only: partOf(limitShapes.map(({ name }) => name)) }, async ({ only }) => {
  const shapes = [ordinaryWork, ...limitShapes.filter(({ name }) => only(name))];
  const guests: Uint8Array[] = [];
  for (const shape of shapes) guests.push(await largestGuest(shape, defaultSchedule.limits));
  const perGas = (await run(BASELINE, './time-per-gas.ts', guests)) as readonly (number | null)[];
  const rows: (readonly string[])[] = [];
  for (const [slot, { name }] of shapes.entries()) {
    const original = guests[slot] as Uint8Array;
    const request = { abi: stylusAbi, schedule: defaultSchedule, strategy: 'default', forKernel: true } as const;
    const { bytes } = instrumentModule({ bytes: original, ...request });
    const compiling = [...(await compileCells(BASELINE, bytes)), ...(await compileCells(OPTIMISER, bytes))];
    rows.push([name, String(original.length >> 10), perGas[slot]?.toFixed(2) ?? '-', ...compiling]);
  }
  process.stdout.write(printedTable(['shape'], ['KiB', 'ns/gas', 'base ms', 'MiB', 'opt ms', 'MiB'], rows));
});
