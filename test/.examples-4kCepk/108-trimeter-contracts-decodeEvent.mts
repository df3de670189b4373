import { readFileSync } from 'node:fs';
import { decodeEvent, encodeCall, encodeConstructor, readBundledCase, resolveAddress } from 'trimeter/contracts';
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
const call = { method: 'mint', args: ['bob', '5'] };
const outcome = await world.call({ caller: bob, to: token, input: encodeCall(erc20.abi, call) });
if (outcome.status !== 'success') throw new Error('not minted');
const [transfer] = outcome.events.map(({ topics, data }) => decodeEvent(erc20.abi, topics, data));
console.log(transfer?.name, transfer?.args.at(-1)); // Transfer { name: 'value', value: '5' }
}
