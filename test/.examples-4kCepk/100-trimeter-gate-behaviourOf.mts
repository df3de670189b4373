import { readFileSync } from 'node:fs';
import { behaviourOf } from 'trimeter/gate';
import { createWasmBackend, deployedAddress, fromHex, stylusAbi } from 'trimeter';
import { observe, soliditySubject } from 'trimeter/check';
import { encodeConstructor, readBundledCase, resolveAddress } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
const deployer = fromHex(resolveAddress('deployer'));
const bob = fromHex(resolveAddress('bob'));
const backend = createWasmBackend();
const program = await backend.prepare({ name: 'erc20', wasm: { bytes: erc20.wasm, abi: stylusAbi } });
const world = await backend.createWorld();
const input = encodeConstructor(erc20.abi, erc20.constructorArgs);
const token = deployedAddress(await world.deploy(program, { deployer, input }));
{
const outcome = await world.call({ caller: bob, to: token });
const { status, events } = behaviourOf(subject, undefined, await observe(world, outcome, [token]));
console.log(status, events); // revert 0
}
