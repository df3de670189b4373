import { readFileSync } from 'node:fs';
import { createWasmBackend, portedBackend, stylusAbi } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const backend = createWasmBackend();
{
const rust = portedBackend(backend, 'rust');
const { wasm: bytes, wasmPorts: ports } = erc20;
await rust.prepare({ name: 'erc20', wasm: { bytes, abi: stylusAbi, ports } });
console.log(rust.name); // wasm-rust
}
