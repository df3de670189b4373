import { readFileSync } from 'node:fs';
import { encodeConstructor, readBundledCase, resolveAddress } from 'trimeter/contracts';
import { createWasmBackend, fromHex, stylusAbi } from 'trimeter';
const erc20 = await readBundledCase('erc20');
const deployer = fromHex(resolveAddress('deployer'));
const backend = createWasmBackend();
const program = await backend.prepare({ name: 'erc20', wasm: { bytes: erc20.wasm, abi: stylusAbi } });
const world = await backend.createWorld();
{
const input = encodeConstructor(erc20.abi, ['Example', 'EXM', '1000']);
const { outcome } = await world.deploy(program, { deployer, input });
console.log(input.length, outcome.status); // 224 success
}
