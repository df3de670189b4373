import { readFileSync } from 'node:fs';
import { createWasmBackend, stylusSdkAbi } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const backend = createWasmBackend();
{
const program = await backend.prepare({ name: 'token', wasm: { bytes: erc20.wasm, abi: stylusSdkAbi } });
console.log(program.backend, stylusSdkAbi.deploy.name); // wasm user_entrypoint
}
