/**
 * The program of a process that holds worlds of a machine. It ends with the process that started it, also while a guest runs,
 * which is what the second thread is for.
 */
import { Worker } from 'node:worker_threads';
import type { Backend, Batch, Program, World } from '../../../engine/backend.ts';
import type { CallMessage } from '../../../engine/context.ts';
import { EngineError } from '../../../engine/errors.ts';
import { openMachine } from '../register.ts';
import { answerRequests } from './answers.ts';
import { receivedAbi } from './guest-abis.ts';
import type { WorldRequest, WorldRequests } from './world-requests.ts';

const WATCH = `
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);
`;
new Worker(WATCH, { eval: true }).unref();

interface OpenWorld {
  readonly world: World;
  kept: CallMessage[];
}

let backend: Backend | undefined;
const programs: Program[] = [];
const worlds = new Map<number, OpenWorld>();
const batches = new Map<number, { readonly batch: Batch; readonly world: number }>();
let worldCount = 0;
let batchCount = 0;

const requests: WorldRequests = {
  open: async (machine, schedule) => {
    backend = await openMachine(machine, schedule);
    const { description, isMetered } = backend;
    return { description, isMetered };
  },
  prepare: async ({ wasm, ...code }) => {
    const sent = wasm && { bytes: wasm.bytes, abi: await receivedAbi(wasm.abi) };
    return programs.push(await found(backend).prepare({ ...code, wasm: sent })) - 1;
  },
  createWorld: async (block) => {
    worlds.set(worldCount, { world: await found(backend).createWorld(block), kept: [] });
    return worldCount++;
  },
  setBlock: (world, block) => worldOf(world).setBlock(block),
  setBalance: (world, address, wei) => worldOf(world).setBalance(address, wei),
  balanceOf: (world, address) => worldOf(world).balanceOf(address),
  deploy: (world, program, message) => worldOf(world).deploy(found(programs[program]), message),
  call: (world, message) => worldOf(world).call(message),
  keepCalls: async (world, messages) => {
    found(worlds.get(world)).kept.push(...messages);
  },
  callKept: async (world) => worldOf(world).callMany(takeKept(world)),
  loadKept: async (world) => {
    batches.set(batchCount, { batch: await worldOf(world).loadBatch(takeKept(world)), world });
    return batchCount++;
  },
  runBatch: async (index) => found(batches.get(index)).batch.run(),
  storageOf: (world, address) => worldOf(world).storageOf(address),
  stateDigest: (world) => worldOf(world).stateDigest(),
  snapshot: (world) => worldOf(world).snapshot(),
  restore: (world, snapshot) => worldOf(world).restore(snapshot),
  close: async (world) => {
    await worldOf(world).close();
    worlds.delete(world);
    for (const [index, loaded] of batches) if (loaded.world === world) batches.delete(index);
  },
};

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new EngineError('internal', 'asked for what is not there');
  return value;
}

function worldOf(index: number): World {
  return found(worlds.get(index)).world;
}

function takeKept(index: number): readonly CallMessage[] {
  const open = found(worlds.get(index));
  const { kept } = open;
  open.kept = [];
  return kept;
}

await answerRequests<WorldRequest>(async ({ method, args }) => {
  const request = requests[method] as (...all: readonly unknown[]) => Promise<unknown>;
  return request(...args);
});
process.exit();
