import type { FullCallMessage } from '../engine/context.ts';
import type { UnguardedWorld } from '../engine/unguarded-backend.ts';
import { inParts } from './in-parts.ts';
import type { SentProgram, WorldProcess } from './world-process.ts';
import { type PlainMethod, plainMethods } from './world-requests.ts';

const MOST_PART_BYTES = 1 << 20;
/** What a call counts beside its input. */
const CALL_BYTES = 4096;

/**
 * A world in another process, to be asked for one thing after another: some take several messages. A batch runs there as a
 * whole.
 */
export function sentWorld(process: WorldProcess, id: number, close: () => Promise<void>): UnguardedWorld {
  const keep = async (messages: readonly FullCallMessage[]): Promise<void> => {
    const parts = inParts(messages, ({ input }) => CALL_BYTES + input.length, MOST_PART_BYTES);
    for (const part of parts) await process.ask('keepCalls', id, part);
  };
  const plain = plainMethods.map((method) => [method, (...args: never) => process.ask(method, id, ...args)]);
  return {
    ...(Object.fromEntries(plain) as Pick<UnguardedWorld, PlainMethod>),
    deploy: async (program, message) => {
      const programId = await process.programId(program as SentProgram);
      const { address = message.deployer, outcome, hasCode } = await process.ask('deploy', id, programId, message);
      return { address, outcome, hasCode };
    },
    callMany: async (messages) => {
      await keep(messages);
      return process.ask('callKept', id);
    },
    loadBatch: async (messages) => {
      await keep(messages);
      const batch = await process.ask('loadKept', id);
      return { callCount: messages.length, run: () => process.ask('runBatch', batch) };
    },
    record: (options) => process.ask('record', id, options),
    takeRecording: () => process.ask('takeRecording', id),
    close,
  };
}
