import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import { MAX_GAS } from '../../engine/gas.ts';
import { assemble } from '../assemble.ts';
import { timeNs } from '../sample.ts';
import { emptyHostLoop, type HostProgram, hostPrograms } from './host-program.ts';

const SAMPLES = 60;
/** A call is made this long, if the limits allow: long beside entering it, short beside the pauses of a busy machine. */
const CALL_NS = 500_000;

const account: Uint8Array = new Uint8Array(20).fill(0x11);

/** Nanoseconds per call of each measured host function, with its crossing and without the loop around it. */
export async function timeHostFunctions(backend: Backend): Promise<ReadonlyMap<string, number>> {
  const loopNs = await timeTurn(backend, emptyHostLoop);
  const times = new Map<string, number>();
  for (const program of hostPrograms) times.set(program.name, Math.max(0, (await timeTurn(backend, program)) - loopNs));
  return times;
}

async function timeTurn(backend: Backend, { name, text, maxTurns }: HostProgram): Promise<number> {
  const program = await backend.prepare({ name, wasm: { bytes: await assemble(text), abi: stylusAbi } });
  const world = await backend.createWorld();
  try {
    const deployment = { deployer: account, value: 0n, input: new Uint8Array(0), gasLimit: MAX_GAS };
    const address = deployedAddress(await world.deploy(program, deployment));
    let turns = 16;
    while (turns * 2 <= maxTurns && (await fastestCall(world, address, turns, 3)) < CALL_NS) turns *= 2;
    const long = await fastestCall(world, address, turns, SAMPLES);
    return (long - (await fastestCall(world, address, 1, SAMPLES))) / (turns - 1);
  } finally {
    await world.close();
  }
}

/** Nanoseconds of one call, the fastest of some. */
async function fastestCall(world: World, to: Uint8Array, turns: number, samples: number): Promise<number> {
  const message = { caller: account, to, value: 0n, input: new Uint8Array(turns), gasLimit: MAX_GAS };
  let best = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < samples; sample++) {
    const [{ status }, ns] = await timeNs(() => world.call(message));
    if (status !== 'success') throw new EngineError('internal', 'a calibration contract failed');
    best = Math.min(best, ns);
  }
  return best;
}
