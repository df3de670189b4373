/** For process-backend.test.ts: begins a call that does not end, in another process, and says so. */
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { createProcessBackend } from '../../harness/machines/process-backend.ts';
import { wat } from '../support/wat.ts';

const backend = await createProcessBackend({ machine: 'wasm-unmetered' });
const bytes = await wat(`(module
  (memory (export "memory") 1)
  (func (export "user_entrypoint") (param i32) (result i32) (loop $on (br $on)) (i32.const 0)))`);
const world = await backend.createWorld();
const program = await backend.prepare({ name: 'endless', wasm: { bytes, abi: stylusAbi } });
const message = { value: 0n, input: new Uint8Array(0), gasLimit: 1n };
const address = deployedAddress(await world.deploy(program, { ...message, deployer: new Uint8Array(20) }));
void world.call({ ...message, caller: new Uint8Array(20), to: address });
setTimeout(() => process.stdout.write('running\n'), 500);
