/**
 * What guests can make of the process: nanoseconds per gas of calls that end soon in modules with much memory, and bytes per gas
 * that stay after a call that failed.
 *
 *   npm run bench:guest-memory -- [--rounds 20] [--times 20000] [--schedule flat-v1] [--only grow]
 *
 * Time is processor time over the gas of a contract that makes 40 such calls. What stays is counted after a collection of garbage, on
 * kernel state: JavaScript's heap and buffers, and the kernel's memory.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import { defaultSchedule, schedules } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { assemble } from '../assemble.ts';
import { deployGuest, guestCall } from '../guest-calls.ts';
import { processorClock, timeNs } from '../sample.ts';
import { notTaken, partOf, printedTable, smallBenchmark, wholeNumber } from '../small-benchmark.ts';
import { median } from '../stats/median.ts';
import { keepingGuest, keepingWorks, memoryGuest, memoryWorks, repeatingCaller } from './hostile-guests.ts';

const CALLS = 40;
/** Each call gets that much: enough for a page or 64 KiB, and for a chain of calls. */
const CHILD_GAS = 70_000;
/** A growth pays for all the pages that the memory then holds. */
const GROWING_GAS = 4_000_000;
/** A trap uses all that it gets, so it gets little. */
const TRAP_GAS = 100;

async function deploy(backend: Backend, world: World, text: string): Promise<Uint8Array> {
  return deployGuest(backend, world, { name: 'guest', wasm: { bytes: await assemble(text), abi: stylusAbi } });
}

function gasOfCall(what: string): number {
  if (what.endsWith('trap at once') || what.endsWith('a trap')) return TRAP_GAS;
  return what.startsWith('grow') ? GROWING_GAS : CHILD_GAS;
}

/** Nanoseconds per gas. */
async function timePerGas(backend: Backend, pages: number, what: string, rounds: number): Promise<number> {
  const world = await backend.createWorld();
  const input = await deploy(backend, world, memoryGuest(pages, memoryWorks[what] as string));
  const to = await deploy(backend, world, repeatingCaller(CALLS, gasOfCall(what)));
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [{ gasUsed }, ns] = await timeNs(() => world.call(guestCall(to, input)), processorClock);
    samples.push(ns / Number(gasUsed));
  }
  await world.close();
  return median(samples.slice(rounds >> 2));
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are still held. */
function heldBytes(state: KernelState): number {
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external + state.kernel.exports.memory.buffer.byteLength;
}

/** Bytes per gas after the first failed call, and further ones per gas of the two after it. */
async function keptPerGas(what: string, times: number): Promise<readonly [first: number, further: number]> {
  const state = new KernelState(defaultSchedule);
  const machine = wasmMachine('wasm', { strategy: 'default', reusesInstances: true, usesKernel: true });
  const backend = guestBackend(machine, defaultSchedule, () => state);
  const world = await backend.createWorld();
  const to = await deploy(backend, world, keepingGuest(keepingWorks[what] as string, times));
  const failedCall = async (seed: number): Promise<number> => {
    return Number((await world.call(guestCall(to, new Uint8Array(8).fill(seed)))).gasUsed);
  };
  const before = heldBytes(state);
  const gas = await failedCall(1);
  const afterFirst = heldBytes(state);
  const furtherGas = (await failedCall(2)) + (await failedCall(3));
  const afterAll = heldBytes(state);
  return [(afterFirst - before) / gas, (afterAll - afterFirst) / furtherGas];
}

const options = {
  rounds: wholeNumber(20),
  times: wholeNumber(20_000),
  schedule: (option: string, given = defaultSchedule.id) => {
    const found = schedules.find(({ id }) => id === given);
    if (found !== undefined) return found;
    throw notTaken(option, schedules.map(({ id }) => id).join(', '), given);
  },
  only: partOf([...Object.keys(memoryWorks), ...Object.keys(keepingWorks)]),
};

await smallBenchmark('guest-memory', options, async ({ rounds, times, schedule, only }) => {
  const backends = [true, false].map((usesKernel) => createWasmBackend({ usesKernel, schedule }));
  const timeRows: string[][] = [];
  for (const what of Object.keys(memoryWorks).filter(only)) {
    for (const backend of backends) {
      const row = [what, backend.name];
      for (const pages of [1, 4, 17, 255]) row.push((await timePerGas(backend, pages, what, rounds)).toFixed(2));
      timeRows.push(row);
    }
  }
  const keptRows: string[][] = [];
  for (const what of Object.keys(keepingWorks).filter(only)) {
    keptRows.push([what, ...(await keptPerGas(what, times)).map((bytes) => bytes.toFixed(3))]);
  }
  const timeTable = printedTable(['call, ns per gas', 'machine'], ['1 page', '4', '17', '255'], timeRows);
  const keptTable = printedTable(['failed call, bytes per gas'], ['the first', 'two more'], keptRows);
  process.stdout.write(`${timeTable}\n${keptTable}`);
});
