import { readFileSync } from 'node:fs';
import { createWasmBackend, stylusAbi } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const backend = createWasmBackend();
{
const program = await backend.prepare({ name: 'token', wasm: { bytes: erc20.wasm, abi: stylusAbi } });
console.log(program.backend, program.name); // wasm token
}
