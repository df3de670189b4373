import { readFileSync } from 'node:fs';
import { decodeRevert, encodeCall, encodeConstructor, readBundledCase, resolveAddress } from 'trimeter/contracts';
import { createWasmBackend, deployedAddress, fromHex, stylusAbi } from 'trimeter';
const erc20 = await readBundledCase('erc20');
const deployer = fromHex(resolveAddress('deployer'));
const bob = fromHex(resolveAddress('bob'));
const backend = createWasmBackend();
const program = await backend.prepare({ name: 'erc20', wasm: { bytes: erc20.wasm, abi: stylusAbi } });
const world = await backend.createWorld();
const input = encodeConstructor(erc20.abi, erc20.constructorArgs);
const token = deployedAddress(await world.deploy(program, { deployer, input }));
{
const call = { method: 'transfer', args: ['bob', '5'] };
const outcome = await world.call({ caller: bob, to: token, input: encodeCall(erc20.abi, call) });
if (outcome.status !== 'revert') throw new Error('bob has nothing');
console.log(decodeRevert(erc20.abi, outcome.output)?.name); // ERC20InsufficientBalance
}
