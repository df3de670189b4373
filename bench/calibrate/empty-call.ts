import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, ContractCode } from '../../engine/backend.ts';
import { fromHex } from '../../engine/bytes.ts';
import { assemble } from '../assemble.ts';
import { deployGuest, guestCall } from '../guest-calls.ts';
import { leastOf, timeNs } from '../sample.ts';

const CALLS = 100;
const SAMPLES = 30;

/** A contract that returns at once. */
async function emptyContract(): Promise<ContractCode> {
  const text = `(module (memory (export "memory") 1 1)
    (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))`;
  return {
    name: 'empty',
    wasm: { bytes: await assemble(text), abi: stylusAbi },
    // Returns one byte of code, STOP: PUSH1 1 PUSH1 0 RETURN, from memory that is zero.
    evm: { initcode: fromHex('0x60016000f3') },
  };
}

/**
 * Nanoseconds of a call that does nothing, the fastest of several batches: what a machine needs around the contract, for
 * which none of the gas is asked (Ethereum asks 21,000 before the first instruction, and the machines here do not count
 * them).
 */
export async function timeEmptyCall(backend: Backend): Promise<number> {
  const world = await backend.createWorld();
  try {
    const message = guestCall(await deployGuest(backend, world, await emptyContract()));
    const batch = await world.loadBatch(Array.from({ length: CALLS }, () => message));
    return await leastOf(SAMPLES, async () => (await timeNs(() => batch.run()))[1] / CALLS);
  } finally {
    await world.close();
  }
}
