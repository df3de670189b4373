import { readFileSync } from 'node:fs';
import { createWasmBackend, defaultGasLimit, deployedAddress, fromHex, stylusAbi } from 'trimeter';
import { encodeConstructor, readBundledCase, resolveAddress } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const deployer = fromHex(resolveAddress('deployer'));
const bob = fromHex(resolveAddress('bob'));
const backend = createWasmBackend();
const program = await backend.prepare({ name: 'erc20', wasm: { bytes: erc20.wasm, abi: stylusAbi } });
const world = await backend.createWorld();
const input = encodeConstructor(erc20.abi, erc20.constructorArgs);
const token = deployedAddress(await world.deploy(program, { deployer, input }));
{
const outcome = await world.call({ caller: bob, to: token, gasLimit: defaultGasLimit / 100n });
console.log(defaultGasLimit, outcome.status); // 1000000000n revert
}
