// A module of your own: here from text, by wabt, which comes with trimeter; `readFileSync('my.wasm')` does as well.
// It is written for Arbitrum Stylus: reads its input, and returns it.
import { createWasmBackend, deployedAddress, stylusAbi, toHex } from 'trimeter';
import loadWabt from 'wabt';

const text = `(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (call $read_args (i32.const 0))
    (call $write_result (i32.const 0) (local.get $length))
    (i32.const 0)))`;
const { buffer: bytes } = (await loadWabt()).parseWat('echo.wat', text).toBinary({});

const backend = createWasmBackend();
const program = await backend.prepare({ name: 'echo', wasm: { bytes, abi: stylusAbi } });
const world = await backend.createWorld();
const caller = new Uint8Array(20).fill(1);
const to = deployedAddress(await world.deploy(program, { deployer: caller }));
const outcome = await world.call({ caller, to, input: Uint8Array.of(1, 2, 3) });
if (outcome.status !== 'success') throw new Error(`the call ended in ${outcome.status}`);
console.log(toHex(outcome.output), outcome.gasUsed); // 0x010203 132n
await world.close();
