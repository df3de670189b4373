/**
 * Calls each guest of a list of WebAssembly modules, and answers a list of nanoseconds per gas; null for one whose frame is
 * larger than the stack budget. Rounds take turns.
 */
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { type Outcome, TrapCode } from '../../engine/outcome.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { answerRequests } from '../../processes/answers.ts';
import { deployGuest, guestCall } from '../guest-calls.ts';
import { processorClock, takeTurns, timeNs } from '../sample.ts';
import { median } from '../stats/median.ts';

const ROUNDS = 7;
/** Of one sample: some milliseconds even where the guest does what the clock can hardly see. */
const SAMPLE_GAS = 4_000_000n;

/** A round on one guest: nanoseconds per gas. */
type Sample = () => Promise<number>;

async function samplerOf(
  backend: ReturnType<typeof createWasmBackend>,
  bytes: Uint8Array,
): Promise<Sample | undefined> {
  const world = await backend.createWorld();
  const to = await deployGuest(backend, world, { name: 'guest', wasm: { bytes, abi: stylusAbi } });
  const call = (turns: number): Promise<Outcome> =>
    world.call(guestCall(to, new Uint8Array(new Int32Array([turns]).buffer)));
  const first = await call(1);
  if (first.status === 'trap' && first.code === TrapCode.StackExhausted) return undefined;
  if (first.status !== 'success') throw new Error(`a guest ended with ${first.status}`);
  const turns = Number(SAMPLE_GAS / ((await call(2)).gasUsed - first.gasUsed)) + 1;
  return async () => {
    const [{ gasUsed }, ns] = await timeNs(() => call(turns), processorClock);
    return ns / Number(gasUsed);
  };
}

await answerRequests(async (guests: readonly Uint8Array[]) => {
  const backend = createWasmBackend();
  const samplers: (Sample | undefined)[] = [];
  for (const guest of guests) samplers.push(await samplerOf(backend, guest));
  const samples = await takeTurns(
    samplers.filter((sample) => sample !== undefined),
    { rounds: ROUNDS },
  );
  const medians = samples.map(median).values();
  return samplers.map((sample) => (sample === undefined ? null : medians.next().value));
});
