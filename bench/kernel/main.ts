/**
 * What the kernel costs: each function from WebAssembly and a whole ERC-20 transfer, with a thousand slots and with a million,
 * and what a state of that size costs to grow, to keep and to digest.
 *
 *   npm run bench:kernel -- [--slots 1000000] [--rounds 20]
 *
 * Times are medians over rounds that take turns, of one run on the Node that runs this.
 */
import { parseArgs } from 'node:util';
import { Kernel } from '../../engine/kernel/kernel.ts';
import { batchRecord } from '../../engine/kernel/kernel-exports.ts';
import { textTable } from '../report/text-table.ts';
import { median } from '../stats/median.ts';
import { keyBytes, type Loop, linkLoops } from './guest-loops.ts';
import { transferBatch } from './transfer-world.ts';

const SMALL = 1000;
const TURNS = 2000;
/** So many that what they touch in a large state does not stay in the processor's caches from one run to the next. */
const TRANSFERS = 100_000;

interface World {
  readonly kernel: Kernel;
  readonly slotCount: number;
  readonly loops: ReadonlyMap<string, Loop>;
}

/** Fills one account slot by slot, as calls of 16 writes each. Returns the longest of them in ms. */
function fill(kernel: Kernel, slotCount: number): number {
  const { exports } = kernel;
  const account = exports.account_add();
  const at = exports.exchange();
  let longestMs = 0;
  for (let first = 0; first < slotCount; first += 16) {
    const keys = Array.from({ length: Math.min(16, slotCount - first) }, (_, i) => keyBytes(first + i));
    const start = performance.now();
    for (const key of keys) {
      kernel.bytes().set(key, at);
      kernel.bytes().fill(1, at + 32, at + 64);
      exports.slot_write(account);
    }
    exports.end_transaction();
    longestMs = Math.max(longestMs, performance.now() - start);
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

async function makeWorld(slotCount: number): Promise<World & { readonly longestMs: number; readonly bytes: number }> {
  const kernel = new Kernel();
  kernel.exports.configure(128 << 10, 256);
  const before = kernel.bytes().length;
  const longestMs = fill(kernel, slotCount);
  loadBatch(kernel);
  return { kernel, slotCount, loops: await linkLoops(kernel), longestMs, bytes: kernel.bytes().length - before };
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
  const at = exports.exchange();
  for (let i = 0; i < changes; i++) {
    kernel.bytes().set(keyBytes((seed * 7919 + i * 104_729) % slotCount), at);
    kernel.bytes().fill((seed % 250) + 2, at + 32, at + 64);
    exports.slot_write(0);
  }
  exports.end_transaction();
  const start = performance.now();
  exports.digest_slots();
  return performance.now() - start;
}

/** Time per transfer in ns at either size, which take turns: `[small, large, their ratio]`. */
async function timeTransfers(holderCount: number, rounds: number): Promise<readonly number[]> {
  const batches = [await transferBatch(SMALL, TRANSFERS), await transferBatch(holderCount, TRANSFERS)];
  const samples = batches.map((): number[] => []);
  for (let turn = -2; turn < rounds; turn++) {
    for (const [i, batch] of batches.entries()) {
      const start = performance.now();
      const { successCount } = await batch.run();
      const elapsedMs = performance.now() - start;
      if (successCount !== TRANSFERS) throw new Error('a transfer has failed');
      if (turn >= 0) samples[i]?.push((1e6 * elapsedMs) / TRANSFERS);
    }
  }
  const [small, large] = samples.map(median) as [number, number];
  return [small, large, large / small];
}

function round(value: number, digits: number): string {
  return value.toFixed(digits);
}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { slots: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '20' } },
  });
  const rounds = Number(values.rounds);
  const small = await makeWorld(SMALL);
  const large = await makeWorld(Number(values.slots));
  const names = [...small.loops.keys()];
  const samples = new Map(names.map((name) => [name, { small: [] as number[], large: [] as number[] }]));
  for (let seed = -5; seed < rounds; seed++) {
    for (const name of names) {
      const [ofSmall, ofLarge] = [time(small, name, seed + 100), time(large, name, seed + 100)];
      // The first rounds are for the compiler.
      if (seed < 0) continue;
      samples.get(name)?.small.push(ofSmall);
      samples.get(name)?.large.push(ofLarge);
    }
  }
  const rows = [...samples].map(([name, { small, large }]) => {
    const [ofSmall, ofLarge] = [median(small), median(large)];
    return [name, round(ofSmall, 1), round(ofLarge, 1), round(ofLarge / ofSmall, 2)];
  });
  const [ofSmall, ofLarge, ratio] = (await timeTransfers(large.slotCount, rounds)) as [number, number, number];
  rows.push(['ERC-20 transfer, metered, in a batch', round(ofSmall, 0), round(ofLarge, 0), round(ratio, 2)]);
  const right = { isRight: true };
  process.stdout.write(`node ${process.versions.node}, V8 ${process.versions.v8}\n\n`);
  process.stdout.write(
    textTable(
      [
        { heading: 'ns per turn' },
        { heading: `${SMALL} slots`, ...right },
        { heading: `${large.slotCount} slots`, ...right },
        { heading: 'ratio', ...right },
      ],
      rows,
    ),
  );
  const firstMs = timeDigest(large, 0, 0);
  const digests = [0, 1, 10, 100, 1000, 10_000].map((changes) => {
    const times = [1, 2, 3, 4, 5].map((seed) => timeDigest(large, changes, seed));
    return [`digest after ${changes} changes`, `${round(1000 * median(times), 1)} us`];
  });
  process.stdout.write('\n');
  process.stdout.write(
    textTable(
      [{ heading: `state of ${large.slotCount} slots` }, { heading: '', ...right }],
      [
        ['bytes per slot', round(large.bytes / large.slotCount, 1)],
        ['longest call of 16 writes while growing', `${round(large.longestMs, 2)} ms`],
        ['first digest', `${round(firstMs, 0)} ms`],
        ...digests,
      ],
    ),
  );
}

await main(process.argv.slice(2));
