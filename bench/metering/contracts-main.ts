/**
 * What metering costs contracts: the batches of their workloads on `wasm`, against its unmetered twin.
 *
 *   npm run bench:metering-contracts -- [--contracts erc20,...] [--without] [--blocks 20] [--sample-ms 4] [--json]
 *
 * --without adds a machine for each technique of the strategy `default`, with all but that one. All run in one process and take
 * turns; times are processor time. Tracked writes and the kernel are there in all of them, so that what differs is charges.
 */
import { bundledCaseDirectory, bundledCases } from '../../contracts/bundled-cases.ts';
import { readCase } from '../../contracts/read-case.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { ModuleCache } from '../../engine/wasm/module-cache.ts';
import { instrumentJudged } from '../../engine/wasm/module-verdict.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { instrument } from '../../metering/instrument.ts';
import { allTechniques, type Techniques } from '../../metering/plan/place-module-charges.ts';
import type { Strategy } from '../../metering/plan/strategies.ts';
import { type CallTimes, type NamedBackend, timeCalls } from '../calls/time-calls.ts';
import { processorClock } from '../sample.ts';
import { flag, names, printedTable, smallBenchmark, wholeNumber } from '../small-benchmark.ts';
import { leftOut } from './left-out.ts';

const TWIN = 'twin';
const CACHE_BYTES = 16 << 20;

function machine(name: string, strategy: Strategy, techniques: Techniques = allTechniques): NamedBackend {
  const modules = new ModuleCache(CACHE_BYTES, (bytes, options) =>
    instrumentJudged(bytes, options, (guest, others) => instrument(guest, { ...others, techniques })),
  );
  const runs = wasmMachine(name, { strategy, reusesInstances: true, usesKernel: true, modules });
  return { name, backend: guestBackend(runs, defaultSchedule, (schedule) => new KernelState(schedule)) };
}

const options = {
  contracts: names(bundledCases()),
  without: flag,
  // As many as an interval needs.
  blocks: wholeNumber(20, 6),
  'sample-ms': wholeNumber(4),
  json: flag,
};

await smallBenchmark('metering-contracts', options, async (values) => {
  const machines = [machine(TWIN, 'none'), machine(`${TWIN} again`, 'none'), machine('default', 'default')];
  if (values.without) machines.push(...leftOut.map(({ name, techniques }) => machine(name, 'default', techniques)));
  const forms = ['batch'] as const;
  const { blocks, 'sample-ms': sampleMs } = values;
  const plan = { sampleMs, blocks, warmUpMs: 300, seed: 1, clock: processorClock, forms };
  const times: CallTimes[] = [];
  for (const id of values.contracts ?? bundledCases()) {
    const contract = await readCase(bundledCaseDirectory(id));
    for (const workload of contract.workloads) {
      times.push(...(await timeCalls(contract, workload, machines, [TWIN], plan)));
    }
  }
  process.stdout.write(values.json ? `${JSON.stringify(times, undefined, 2)}\n` : printed(times, machines));
});

function printed(times: readonly CallTimes[], machines: readonly NamedBackend[]): string {
  const compared = machines.map(({ name }) => name).filter((name) => name !== TWIN);
  const workloads = [...new Set(times.map(({ workload }) => workload))];
  return printedTable(
    ['workload'],
    ['twin, ns', ...compared],
    workloads.map((workload) => {
      const of = (name: string): CallTimes | undefined =>
        times.find((row) => row.workload === workload && row.machine === name);
      const ratios = compared.map((name) => of(name)?.timesAsLong[TWIN]?.point.toFixed(3) ?? '');
      return [workload, of(TWIN)?.callNs.toFixed(0) ?? '', ...ratios];
    }),
  );
}
