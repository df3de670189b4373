/**
 * The program of the process that EDR runs in. A guest can make EDR panic, and a panic in native code ends its process: it is
 * this one. It also ends when the process that started it is gone.
 */
import type { Batch } from '../../engine/backend.ts';
import type { FullCallMessage } from '../../engine/context.ts';
import { EngineError } from '../../engine/errors.ts';
import { EvmProgram } from '../evm-program.ts';
import { InOrder } from '../in-order.ts';
import { loadEdr } from './edr.ts';
import type { Answer, Request, Requests } from './messages.ts';
import { RevmWorld } from './revm-world.ts';

const MAX_TEXT = 500;

let opened: RevmWorld | undefined;
let calls: FullCallMessage[] = [];
let batches: Batch[] = [];

const requests: Requests = {
  open: async (block) => {
    opened = await RevmWorld.create(block);
  },
  setBlock: (block) => world().setBlock(block),
  setBalance: (address, wei) => world().setBalance(address, wei),
  balanceOf: (address) => world().balanceOf(address),
  deploy: (initcode, message) =>
    world().deploy(new EvmProgram('revm', { name: 'creation', evm: { initcode } }), message),
  call: (message) => world().call(message),
  callMany: (messages) => world().callMany(messages),
  addCalls: async (messages) => {
    calls.push(...messages);
  },
  loadBatch: async () => {
    const batch = await world().loadBatch(calls);
    calls = [];
    return batches.push(batch) - 1;
  },
  runBatch: async (batch) => {
    const loaded = batches[batch];
    if (loaded === undefined) throw new EngineError('internal', `there is no batch ${batch}`);
    return loaded.run();
  },
  storageOf: (address) => world().storageOf(address),
  stateDigest: () => world().stateDigest(),
  snapshot: () => world().snapshot(),
  restore: (snapshot) => world().restore(snapshot),
  close: async () => {
    opened = undefined;
    calls = [];
    batches = [];
  },
};

function world(): RevmWorld {
  if (opened === undefined) throw new EngineError('internal', 'no world is open');
  return opened;
}

async function answerTo(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { result: await work() };
  } catch (error) {
    const code = error instanceof EngineError ? error.code : 'internal';
    return { code, message: String(error instanceof Error ? error.message : error).slice(0, MAX_TEXT) };
  }
}

function send(answer: Answer): void {
  process.send?.(answer);
}

const queue = new InOrder();
process.on('disconnect', () => process.exit());
process.on('message', ({ method, args }: Request) => {
  const request = requests[method] as (...all: readonly unknown[]) => Promise<unknown>;
  void queue.run(async () => send(await answerTo(() => request(...args))));
});
void queue.run(async () => send(await answerTo(async () => void (await loadEdr()))));
