import type { FullCallMessage } from '../engine/context.ts';
import type { UnguardedWorld } from '../engine/unguarded-backend.ts';
import { inParts } from './in-parts.ts';
import type { SentProgram, WorldProcess } from './world-process.ts';
import { type PlainMethod, plainMethods } from './world-requests.ts';

const MOST_PART_BYTES = 1 << 20;
/** What a call counts beside its input. */
const CALL_BYTES = 4096;

/**
 * A world in another process. It is asked at once, and answers in the order in which it is asked; what takes several messages is
 * not mixed with what is asked meanwhile. A batch runs there as a whole.
 */
export function sentWorld(process: WorldProcess, id: number, close: () => Promise<void>): UnguardedWorld {
  /** Of what takes several messages, and of what waits for it. */
  let last: Promise<unknown> | undefined;
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last === undefined ? work() : last.then(work);
    const done = result.then(
      () => {},
      () => {},
    );
    last = done;
    void done.then(() => {
      if (last === done) last = undefined;
    });
    return result;
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => (last === undefined ? work() : alone(work));
  const keep = async (messages: readonly FullCallMessage[]): Promise<void> => {
    const parts = inParts(messages, ({ input }) => CALL_BYTES + input.length, MOST_PART_BYTES);
    for (const part of parts) await process.ask('keepCalls', id, part);
  };
  const plain = plainMethods.map((method) => [
    method,
    (...args: never) => inTurn(() => process.ask(method, id, ...args)),
  ]);
  return {
    ...(Object.fromEntries(plain) as Pick<UnguardedWorld, PlainMethod>),
    deploy: (program, message) =>
      alone(async () => {
        const programId = await process.programId(program as SentProgram);
        const { address = message.deployer, outcome, hasCode } = await process.ask('deploy', id, programId, message);
        return { address, outcome, hasCode };
      }),
    callMany: (messages) =>
      alone(async () => {
        await keep(messages);
        return process.ask('callKept', id);
      }),
    loadBatch: async (messages) => {
      const batch = await alone(async () => {
        await keep(messages);
        return process.ask('loadKept', id);
      });
      return { callCount: messages.length, run: () => inTurn(() => process.ask('runBatch', batch)) };
    },
    record: (options) => inTurn(() => process.ask('record', id, options)),
    takeRecording: () => inTurn(() => process.ask('takeRecording', id)),
    close: () => inTurn(close),
  };
}
