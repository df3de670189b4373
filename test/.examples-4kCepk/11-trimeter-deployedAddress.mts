import { readFileSync } from 'node:fs';
import { createWasmBackend, deployedAddress, fromHex, stylusAbi } from 'trimeter';
import { encodeConstructor, readBundledCase, resolveAddress } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const deployer = fromHex(resolveAddress('deployer'));
const backend = createWasmBackend();
const program = await backend.prepare({ name: 'erc20', wasm: { bytes: erc20.wasm, abi: stylusAbi } });
const world = await backend.createWorld();
const input = encodeConstructor(erc20.abi, erc20.constructorArgs);
{
const to = deployedAddress(await world.deploy(program, { deployer, input }), program);
console.log(to.length); // 20
}
