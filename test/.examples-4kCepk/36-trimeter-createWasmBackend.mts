import { readFileSync } from 'node:fs';
import { createWasmBackend, flatV1Schedule, fromHex, stylusAbi } from 'trimeter';
import { encodeConstructor, readBundledCase, resolveAddress } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const deployer = fromHex(resolveAddress('deployer'));
const input = encodeConstructor(erc20.abi, erc20.constructorArgs);
{
const backend = createWasmBackend({ schedule: flatV1Schedule });
const program = await backend.prepare({ name: 'erc20', wasm: { bytes: erc20.wasm, abi: stylusAbi } });
const world = await backend.createWorld();
const { outcome } = await world.deploy(program, { deployer, input });
console.log(outcome.status, outcome.gasUsed); // success 7647n
}
