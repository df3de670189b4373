/**
 * Runs every greedy guest to the end of its budget, and through as many contract calls as there may be, often enough to
 * be compiled by whatever tier the flags of this process allow. Prints the outcomes as JSON; throws what the engine does.
 * Arguments: names of strategies.
 */

import { stylusAbi } from '../../../engine/abi/stylus/stylus-abi.ts';
import type { Backend } from '../../../engine/backend.ts';
import { deployedAddress } from '../../../engine/deployed-address.ts';
import { guestBackend } from '../../../engine/guest-backend.ts';
import { referenceMachine } from '../../../engine/reference/reference-machine.ts';
import { defaultSchedule } from '../../../engine/schedules.ts';
import { wasmMachine } from '../../../engine/wasm/wasm-machine.ts';
import { decodeModule } from '../../../metering/format/decode.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import { planStack } from '../../../metering/plan/stack-plan.ts';
import type { Strategy } from '../../../metering/plan/strategies.ts';
import { wat } from '../../support/wat.ts';
import { type GreedyGuest, greedyGuests } from './greedy-guests.ts';

const ALICE = new Uint8Array(20).fill(0xa1);
const REPEATS = 2;
const { limits, callDepth } = defaultSchedule;

/** Levels that each of `calls` contract calls may go down so that all of them fit, with a part left for the last one. */
function levelsPerCall(bytes: Uint8Array, calls: number): number {
  const module = decodeModule(bytes, limits);
  const frames = planStack(module, validateModule(module, limits));
  const down = frames.at(-1) ?? 0;
  const entry = frames[0] ?? 0;
  return Math.max(0, Math.floor((limits.stackWords / (calls + 1) - entry) / down) - 1);
}

async function outcomesOf(backend: Backend, { name, source }: GreedyGuest): Promise<readonly string[]> {
  const bytes = await wat(source);
  const program = await backend.prepare({ name, wasm: { bytes, abi: stylusAbi } });
  const world = await backend.createWorld();
  const address = deployedAddress(
    await world.deploy(program, {
      deployer: ALICE,
      value: 0n,
      input: new Uint8Array(0),
      gasLimit: 1_000_000_000n,
    }),
  );
  const outcomes: string[] = [];
  for (const calls of [0, 8, callDepth]) {
    const input = new Uint8Array(new Int32Array([calls, calls === 0 ? 0 : levelsPerCall(bytes, calls)]).buffer);
    const seen = new Set<string>();
    for (let run = 0; run < REPEATS; run += 1) {
      const outcome = await world.call({ caller: ALICE, to: address, value: 0n, input, gasLimit: 1n << 40n });
      seen.add(`${outcome.status} ${outcome.status === 'trap' ? outcome.code : ''} ${outcome.gasUsed}`);
    }
    outcomes.push([...seen].join(' or '));
  }
  return outcomes;
}

const results: Record<string, Record<string, readonly string[]>> = {};
for (const name of process.argv.slice(2)) {
  const machine =
    name === 'reference'
      ? referenceMachine()
      : wasmMachine(name, { strategy: name as Strategy, reusesInstances: true });
  const ofMachine: Record<string, readonly string[]> = {};
  for (const guest of greedyGuests) {
    try {
      ofMachine[guest.name] = await outcomesOf(guestBackend(machine, defaultSchedule), guest);
    } catch (error) {
      ofMachine[guest.name] = [String(error)];
    }
  }
  results[name] = ofMachine;
}
console.log(JSON.stringify(results));
