import { createHash } from 'node:crypto';
import type { Backend, World } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { assemble } from '../assemble.ts';
import { deployGuest, guestCall } from '../guest-calls.ts';
import { takeTurns, timeNs } from '../sample.ts';
import { childText, type HostProgram, programText } from './host-program.ts';

/** How long a program runs before its first sample. */
const WARM_UP_NS = 100e6;

/** A program on one machine, ready to be called. */
export interface OpenProgram {
  /** Of one call. */
  sample(): Promise<{ readonly ns: number; readonly nsPerGas: number }>;
}

/** Deploys the program and what it calls into a world of its own. */
export async function openProgram(backend: Backend, program: HostProgram): Promise<OpenProgram> {
  const { name, row, abi } = program;
  const world = await backend.createWorld();
  const deploy = async (text: string) => {
    const bytes = await assemble(text);
    return { address: await deployGuest(backend, world, { name, wasm: { bytes, abi } }), bytes };
  };
  const returning = await deploy(childText(abi, 'returns'));
  const child = row.child === undefined ? returning : await deploy(childText(abi, row.child));
  const moduleHash = createHash('sha256').update(returning.bytes).digest();
  const { address } = await deploy(programText(program, child.address, moduleHash));
  await world.setBalance(address, 1n << 60n);
  return newSampler(world, address, program, await world.snapshot());
}

function newSampler(world: World, to: Uint8Array, { name, row }: HostProgram, snapshot: number): OpenProgram {
  const input = new Uint8Array(row.inputBytes ?? 4);
  const view = new DataView(input.buffer);
  let call = 0;
  return {
    sample: async () => {
      view.setUint32(0, ++call, true);
      const [outcome, ns] = await timeNs(() => world.call(guestCall(to, input)));
      if (outcome.status !== 'success')
        throw new EngineError('internal', `the program of ${name} (${row.what}) ends in ${outcome.status}`);
      await world.restore(snapshot);
      return { ns, nsPerGas: ns / Number(outcome.gasUsed) };
    },
  };
}

/** What a gas unit of a program takes. */
export interface HostTime {
  /** Of the fastest call: what other processes add is never negative. */
  readonly nsPerGas: number;
  /** The same in gas units of plain arithmetic, which took turns with it. */
  readonly unitsPerGas: number;
}

export async function timeProgram(
  backend: Backend,
  program: HostProgram,
  unit: OpenProgram,
  samples: number,
): Promise<HostTime> {
  const open = await openProgram(backend, program);
  let warmUp = 0;
  for (let count = 0; warmUp < WARM_UP_NS || count < 3; count++) warmUp += (await timeNs(open.sample))[1];
  const sampled = [unit, open].map(
    ({ sample }) =>
      async () =>
        (await sample()).nsPerGas,
  );
  const [unitNs = 0, nsPerGas = 0] = (await takeTurns(sampled, { rounds: samples })).map((each) => Math.min(...each));
  return { nsPerGas, unitsPerGas: nsPerGas / unitNs };
}
