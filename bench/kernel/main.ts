/**
 * What the kernel costs: each function from WebAssembly and a whole ERC-20 transfer, with a thousand slots and with a million,
 * and what a state of that size costs to grow, to keep and to digest.
 *
 *   npm run bench:kernel -- [--slots 1000000] [--rounds 20]
 *
 * Times are medians over rounds that take turns, of one run on the Node that runs this. Those of transfers and of reads, which
 * last long enough for its clock, are processor time, so that whoever else has work for the machine delays them less.
 */
import { Kernel } from '../../engine/kernel/kernel.ts';
import { batchRecord } from '../../engine/kernel/kernel-exports.ts';
import { formatRuntime, thisRuntime } from '../../processes/runtime.ts';
import { processorClock, takeTurns, timeNs } from '../sample.ts';
import { printedTable, smallBenchmark, wholeNumber } from '../small-benchmark.ts';
import { median } from '../stats/median.ts';
import { distantReads } from './distant-reads.ts';
import { keyBytes, type Loop, linkLoops } from './guest-loops.ts';
import { transferBatch } from './transfer-world.ts';

const SMALL = 1000;
const TURNS = 2000;
/** So many that what they touch in a large state does not stay in the processor's caches from one run to the next. */
const TRANSFERS = 100_000;
const SLOTS_PER_CALL = 16;
/** A state is grown that often, as one call may be long because of something else on the machine. */
const FILLS = 5;

interface World {
  readonly kernel: Kernel;
  readonly slotCount: number;
  readonly loops: ReadonlyMap<string, Loop>;
  /** Of the longest call while it grew. */
  readonly longestMs: number;
  /** By which it grew. */
  readonly bytes: number;
}

/** @param byte The word is made of it. */
function writeSlot(kernel: Kernel, account: number, key: Uint8Array, byte: number): void {
  const at = kernel.exports.exchange();
  kernel.bytes().set(key, at);
  kernel.bytes().fill(byte, at + 32, at + 64);
  kernel.exports.slot_write(account);
}

/** Fills one account slot by slot, as calls of 16 writes each. Returns what each of them took in ms. */
function fill(kernel: Kernel, slotCount: number): Float64Array {
  const { exports } = kernel;
  const account = exports.account_add();
  const callsMs = new Float64Array(Math.ceil(slotCount / SLOTS_PER_CALL));
  for (let call = 0; call < callsMs.length; call++) {
    const first = call * SLOTS_PER_CALL;
    const keys = Array.from({ length: Math.min(SLOTS_PER_CALL, slotCount - first) }, (_, i) => keyBytes(first + i));
    const start = performance.now();
    for (const key of keys) writeSlot(kernel, account, key, 1);
    exports.end_transaction();
    callsMs[call] = performance.now() - start;
  }
  return callsMs;
}

/** The longest call in ms, where each counts by the quickest of the fills: growth falls on the same calls in all of them. */
function longestCallMs(fills: readonly Float64Array[]): number {
  let longestMs = 0;
  for (let call = 0; call < (fills[0] as Float64Array).length; call++) {
    longestMs = Math.max(longestMs, Math.min(...fills.map((callsMs) => callsMs[call] as number)));
  }
  return longestMs;
}

/** One message with 68 bytes of input, for the loops that run batches. */
function loadBatch(kernel: Kernel): void {
  const at = kernel.exports.batch_reserve(1, 68);
  const view = new DataView(kernel.bytes().buffer, at, batchRecord.sizeBytes + 68);
  view.setUint32(batchRecord.account, 0, true);
  view.setUint32(batchRecord.caller, 0, true);
  view.setUint32(batchRecord.inputAt, batchRecord.sizeBytes, true);
  view.setUint32(batchRecord.inputBytes, 68, true);
}

async function makeWorld(slotCount: number): Promise<World> {
  const grow = () => {
    const kernel = new Kernel();
    kernel.exports.configure(128 << 10, 256);
    const before = kernel.bytes().length;
    const callsMs = fill(kernel, slotCount);
    return { kernel, callsMs, bytes: kernel.bytes().length - before };
  };
  const earlier = Array.from({ length: FILLS - 1 }, () => grow().callsMs);
  const { kernel, callsMs, bytes } = grow();
  loadBatch(kernel);
  return { kernel, slotCount, loops: await linkLoops(kernel), longestMs: longestCallMs([...earlier, callsMs]), bytes };
}

/** Time per turn in ns. */
function time(world: World, name: string, seed: number): number {
  const { exports } = world.kernel;
  const loop = world.loops.get(name) as Loop;
  const opensFrame = !name.includes('no frame open');
  if (opensFrame) exports.frame_open(0, 0, 0, 68);
  const start = performance.now();
  loop(TURNS, BigInt(world.slotCount), BigInt(seed));
  const elapsedMs = performance.now() - start;
  if (opensFrame) exports.frame_close(2);
  exports.end_transaction();
  return (1e6 * elapsedMs) / TURNS;
}

/** Milliseconds of a digest after that many slots have changed. */
function timeDigest({ kernel, slotCount }: World, changes: number, seed: number): number {
  const { exports } = kernel;
  for (let i = 0; i < changes; i++) {
    writeSlot(kernel, 0, keyBytes((seed * 7919 + i * 104_729) % slotCount), (seed % 250) + 2);
  }
  exports.end_transaction();
  const start = performance.now();
  exports.digest_slots();
  return performance.now() - start;
}

/** A row of medians in ns, small and large. Rounds that do not count are for the compiler. */
function rowOf(name: string, samples: readonly (readonly number[])[], digits: number): string[] {
  const [ofSmall = 0, ofLarge = 0] = samples.map(median);
  return [name, ofSmall.toFixed(digits), ofLarge.toFixed(digits), (ofLarge / ofSmall).toFixed(2)];
}

/** At either size. A run is `TRANSFERS` turns. */
async function timeRuns(name: string, runs: readonly ((seed: number) => unknown)[], rounds: number): Promise<string[]> {
  const timed = runs.map((run) => async (seed: number) => {
    const [, ns] = await timeNs(async () => run(seed), processorClock);
    return ns / TRANSFERS;
  });
  return rowOf(name, await takeTurns(timed, { rounds, untimed: 2 }), 0);
}

/** Between random holders of a token with that many. */
async function transferRun(holderCount: number): Promise<() => Promise<void>> {
  const batch = await transferBatch(holderCount, TRANSFERS);
  return async () => {
    const { successCount } = await batch.run();
    if (successCount !== TRANSFERS) throw new Error('a transfer has failed');
  };
}

async function readRun(memoryBytes: number): Promise<(seed: number) => void> {
  const read = await distantReads(memoryBytes);
  return (seed) => read(TRANSFERS, BigInt(seed));
}

const options = { slots: wholeNumber(1_000_000, SMALL), rounds: wholeNumber(20) };
await smallBenchmark('kernel', options, async ({ slots, rounds }) => {
  const [small, large] = [await makeWorld(SMALL), await makeWorld(slots)];
  const names = [...small.loops.keys()];
  const timed = names.flatMap((name) => [small, large].map((world) => (seed: number) => time(world, name, seed + 100)));
  const samples = await takeTurns(timed, { rounds, untimed: 5 });
  const rows = names.map((name, at) => rowOf(name, samples.slice(2 * at, 2 * at + 2), 1));
  const bytesPerSlot = large.bytes / large.slotCount;
  const reads = [await readRun(SMALL * bytesPerSlot), await readRun(large.bytes)];
  rows.push(await timeRuns('read of one line anywhere in as much memory', reads, rounds));
  const transfers = [await transferRun(SMALL), await transferRun(slots)];
  rows.push(await timeRuns('ERC-20 transfer, metered, in a batch', transfers, rounds));
  const turns = printedTable(['ns per turn'], [`${SMALL} slots`, `${slots} slots`, 'ratio'], rows);
  process.stdout.write(`${formatRuntime(thisRuntime())}\n\n${turns}\n`);
  const firstMs = timeDigest(large, 0, 0);
  const digests = [0, 1, 10, 100, 1000, 10_000].map((changes) => {
    const times = [1, 2, 3, 4, 5].map((seed) => timeDigest(large, changes, seed));
    return [`digest after ${changes} changes`, `${(1000 * median(times)).toFixed(1)} us`];
  });
  const state = [
    ['bytes per slot', bytesPerSlot.toFixed(1)],
    ['longest call of 16 writes while growing', `${large.longestMs.toFixed(2)} ms`],
    ['first digest', `${firstMs.toFixed(0)} ms`],
    ...digests,
  ];
  process.stdout.write(printedTable([`state of ${slots} slots`], [''], state));
});
