import type { UnguardedWorld } from './unguarded-backend.ts';

/**
 * The same world, which is asked for one thing after another, in the order in which they are wanted and whatever becomes of
 * each: for machines that let go of the thread in the middle of a call.
 */
export function inOrder(world: UnguardedWorld): UnguardedWorld {
  let last: Promise<unknown> = Promise.resolve();
  const queue = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const { record, takeRecording } = world;
  return {
    setBlock: (block) => queue(() => world.setBlock(block)),
    setBalance: (address, wei) => queue(() => world.setBalance(address, wei)),
    balanceOf: (address) => queue(() => world.balanceOf(address)),
    deploy: (program, message) => queue(() => world.deploy(program, message)),
    call: (message) => queue(() => world.call(message)),
    callMany: (messages) => queue(() => world.callMany(messages)),
    loadBatch: async (messages) => {
      const batch = await queue(() => world.loadBatch(messages));
      return { callCount: batch.callCount, run: () => queue(() => batch.run()) };
    },
    storageOf: (address) => queue(() => world.storageOf(address)),
    stateDigest: () => queue(() => world.stateDigest()),
    snapshot: () => queue(() => world.snapshot()),
    restore: (snapshot) => queue(() => world.restore(snapshot)),
    record: record && ((options) => queue(() => record(options))),
    takeRecording: takeRecording && (() => queue(() => takeRecording())),
    close: () => queue(() => world.close()),
  };
}
