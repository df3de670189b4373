import { isMainThread, Worker } from 'node:worker_threads';
import type { Backend, Batch, Program } from '../engine/backend.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../engine/context.ts';
import { EngineError } from '../engine/errors.ts';
import type { UnguardedWorld } from '../engine/unguarded-backend.ts';
import { answerRequests } from './answers.ts';
import { receivedAbi } from './guest-abis.ts';
import { hostFacts } from './host-facts.ts';
import {
  type PlainRequests,
  plainMethods,
  type SentDeployment,
  type WorldRequest,
  type WorldRequests,
} from './world-requests.ts';

/** A machine on either side of the border: what comes from another process of ours has passed one there. */
interface ServedMachine extends Pick<Backend, 'description' | 'isMetered' | 'prepare'> {
  createWorld(block: BlockContext): Promise<ServedWorld>;
}

interface ServedWorld extends Omit<UnguardedWorld, 'deploy'> {
  deploy(program: Program, message: FullDeployMessage): Promise<SentDeployment>;
}

const WATCH = `
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);
`;

/**
 * The whole program of a process that holds worlds of a machine (`WorldProcess` is the other end). It ends with the process
 * that started it, also while a guest runs, which is what the second thread is for. In a thread it ends with that by itself.
 */
export async function serveWorlds<M>(open: (machine: M) => Promise<ServedMachine>): Promise<void> {
  if (isMainThread) new Worker(WATCH, { eval: true }).unref();
  const requests = requestsFor(open);
  await answerRequests<WorldRequest>(async ({ method, args }) => {
    const request = requests[method] as (...all: readonly unknown[]) => Promise<unknown>;
    return request(...args);
  });
  process.exit();
}

function requestsFor<M>(open: (machine: M) => Promise<ServedMachine>): WorldRequests {
  let machine: ServedMachine | undefined;
  const programs = new Map<number, Program>();
  const worlds = new Map<number, { readonly world: ServedWorld; readonly kept: FullCallMessage[] }>();
  const batches = new Map<number, { readonly batch: Batch; readonly world: number }>();
  let lastId = 0;
  const keep = <T>(things: Map<number, T>, thing: T): number => {
    things.set(++lastId, thing);
    return lastId;
  };
  const worldOf = (id: number): ServedWorld => found(worlds.get(id)).world;
  const takeKept = (id: number): readonly FullCallMessage[] => found(worlds.get(id)).kept.splice(0);

  const plain = plainMethods.map((method) => [
    method,
    (world: number, ...args: never) => (worldOf(world)[method] as (...all: never) => Promise<unknown>)(...args),
  ]);
  return {
    ...(Object.fromEntries(plain) as PlainRequests),
    open: async (wanted) => {
      machine = await open(wanted as M);
      const { description, isMetered } = machine;
      return { description, isMetered, host: hostFacts(true) };
    },
    prepare: async ({ wasm, ...code }) => {
      const sent = wasm && { bytes: wasm.bytes, abi: await receivedAbi(wasm.abi) };
      return keep(programs, await found(machine).prepare({ ...code, wasm: sent }));
    },
    createWorld: async (block) => keep(worlds, { world: await found(machine).createWorld(block), kept: [] }),
    deploy: (world, program, message) => worldOf(world).deploy(found(programs.get(program)), message),
    keepCalls: async (world, messages) => {
      found(worlds.get(world)).kept.push(...messages);
    },
    callKept: async (world) => worldOf(world).callMany(takeKept(world)),
    loadKept: async (world) => keep(batches, { batch: await worldOf(world).loadBatch(takeKept(world)), world }),
    record: async (world, options) => recordable(worldOf(world).record)(options),
    takeRecording: async (world) => recordable(worldOf(world).takeRecording)(),
    runBatch: async (id) => found(batches.get(id)).batch.run(),
    close: async (world, forgetsPrograms) => {
      await worldOf(world).close();
      worlds.delete(world);
      for (const [id, loaded] of batches) if (loaded.world === world) batches.delete(id);
      if (forgetsPrograms) programs.clear();
    },
  };
}

/** @throws EngineError `bad-argument` */
function recordable<F>(method: F | undefined): F {
  if (method === undefined) throw new EngineError('bad-argument', 'this machine cannot record what it does');
  return method;
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new EngineError('internal', 'asked for what is not there');
  return value;
}
