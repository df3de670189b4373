import { readFileSync } from 'node:fs';
import { createEvmBackend } from 'trimeter/evm';
import { fromHex } from 'trimeter';
import { encodeConstructor, readBundledCase, resolveAddress } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const deployer = fromHex(resolveAddress('deployer'));
const input = encodeConstructor(erc20.abi, erc20.constructorArgs);
{
const evm = await createEvmBackend();
const program = await evm.prepare({ name: 'erc20', evm: { initcode: erc20.evmInitcode } });
const world = await evm.createWorld();
const { outcome } = await world.deploy(program, { deployer, input });
console.log(evm.name, outcome.status); // evm success
}
