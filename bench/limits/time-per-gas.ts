/**
 * Calls each guest of a list of WebAssembly modules, and answers a list of nanoseconds per gas; null for one whose frame is
 * larger than the stack budget. Rounds take turns.
 */
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { type Outcome, TrapCode } from '../../engine/outcome.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { answerRequests } from '../../processes/answers.ts';
import { median } from '../stats/median.ts';

const ROUNDS = 7;
/** Of one sample: some milliseconds even where the guest does what the clock can hardly see. */
const SAMPLE_GAS = 4_000_000n;
const GAS_LIMIT = 1n << 40n;
const DEPLOYER = new Uint8Array(20).fill(0xd0);

/** A round on one guest: nanoseconds per gas. */
type Sample = () => Promise<number>;

async function samplerOf(
  backend: ReturnType<typeof createWasmBackend>,
  bytes: Uint8Array,
): Promise<Sample | undefined> {
  const program = await backend.prepare({ name: 'guest', wasm: { bytes, abi: stylusAbi } });
  const world = await backend.createWorld();
  const message = { deployer: DEPLOYER, value: 0n, input: new Uint8Array(0), gasLimit: GAS_LIMIT };
  const address = deployedAddress(await world.deploy(program, message));
  const call = async (turns: number): Promise<Outcome> => {
    const input = new Uint8Array(new Int32Array([turns]).buffer);
    return world.call({ caller: DEPLOYER, to: address, value: 0n, input, gasLimit: GAS_LIMIT });
  };
  const first = await call(1);
  if (first.status === 'trap' && first.code === TrapCode.StackExhausted) return undefined;
  if (first.status !== 'success') throw new Error(`a guest ended with ${first.status}`);
  const turns = Number(SAMPLE_GAS / ((await call(2)).gasUsed - first.gasUsed)) + 1;
  return async () => {
    const start = process.cpuUsage();
    const { gasUsed } = await call(turns);
    const { user, system } = process.cpuUsage(start);
    return (1000 * (user + system)) / Number(gasUsed);
  };
}

await answerRequests(async (guests: readonly Uint8Array[]) => {
  const backend = createWasmBackend();
  const samplers: (Sample | undefined)[] = [];
  for (const guest of guests) samplers.push(await samplerOf(backend, guest));
  const samples = samplers.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [slot, sample] of samplers.entries()) {
      if (sample !== undefined) samples[slot]?.push(await sample());
    }
  }
  return samples.map((ofGuest) => (ofGuest.length === 0 ? null : median(ofGuest)));
});
