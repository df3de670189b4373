import { readFileSync } from 'node:fs';
import { ModuleRejected } from 'trimeter/metering';
import { createWasmBackend, stylusAbi } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const backend = createWasmBackend();
{
const code = { name: 'cut', wasm: { bytes: erc20.wasm.subarray(0, 100), abi: stylusAbi } };
const error: unknown = await backend.prepare(code).catch((reason: unknown) => reason);
if (error instanceof ModuleRejected) console.log(error.code, error.offset); // malformed 37
}
