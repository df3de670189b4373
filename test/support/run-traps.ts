/** Runs guests that trap, from standard input, under every strategy: for engines in processes of their own. */

import { readFileSync } from 'node:fs';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { unknownTraps } from '../../engine/wasm/trap-map.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { strategies } from '../../metering/plan/strategies.ts';
import { traps } from './trap-bodies.ts';

const guests = JSON.parse(readFileSync(0, 'utf8')) as readonly (readonly number[])[];
const codes: unknown[] = [];
for (const [at, bytes] of guests.entries()) {
  const ends = [];
  const wanted = traps[at]?.[1] as TrapCode;
  const needsMeter = wanted === TrapCode.OutOfGas || wanted === TrapCode.StackExhausted;
  for (const strategy of [...strategies.filter((name) => name !== 'none'), ...(needsMeter ? [] : ['none' as const])]) {
    ends.push([strategy, await endOf(Uint8Array.from(bytes), strategy)]);
  }
  codes.push(ends);
}
process.stdout.write(JSON.stringify({ codes, unknown: [...unknownTraps()] }));

async function endOf(bytes: Uint8Array, strategy: (typeof strategies)[number]): Promise<unknown> {
  const backend = guestBackend(wasmMachine('wasm', { strategy, reusesInstances: true }), defaultSchedule);
  const caller = new Uint8Array(20).fill(1);
  const message = { value: 0n, input: new Uint8Array(0), gasLimit: 200_000n };
  try {
    const world = await backend.createWorld();
    const program = await backend.prepare({ name: 'guest', wasm: { bytes, abi: stylusAbi } });
    const address = deployedAddress(await world.deploy(program, { ...message, deployer: caller }));
    const outcome = await world.call({ ...message, caller, to: address });
    return outcome.status === 'trap' ? outcome.code : outcome.status;
  } catch (error) {
    return String(error);
  }
}
