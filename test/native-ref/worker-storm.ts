import { parentPort } from 'node:worker_threads';
import { toHex } from '../../engine/bytes.ts';
import { createNativeBackend } from '../../native-ref/native-backend.ts';
import { SCRIPT_SOURCE } from './native-machine.ts';
import { output, script, word } from './script.ts';

const CALLER: Uint8Array = new Uint8Array(20).fill(1);

/** Makes many calls that build their output in the contract's static memory, and reports how many outputs were wrong. */
export async function storm(seed: number): Promise<void> {
  const backend = await createNativeBackend();
  const program = await backend.prepare({ name: 'script', native: { sourceFile: SCRIPT_SOURCE } });
  const world = await backend.createWorld();
  const deployment = { deployer: CALLER, value: 0n, input: new Uint8Array(0), gasLimit: 0n };
  const { address } = await world.deploy(program, deployment);
  const pieces = Array.from({ length: 40 }, (_, i) => word(BigInt(seed) << BigInt(i)));
  const expected = toHex(script(...pieces));
  const message = { caller: CALLER, to: address, value: 0n, input: script(...pieces.map(output)), gasLimit: 0n };
  let wrong = 0;
  for (const outcome of await world.callMany(new Array(3000).fill(message))) {
    if (outcome.status !== 'success' || toHex(outcome.output) !== expected) wrong++;
  }
  parentPort?.postMessage(wrong);
}
