import { readFileSync } from 'node:fs';
import { createNativeBackend } from 'trimeter/native';
import { fromHex } from 'trimeter';
import { encodeConstructor, readBundledCase, resolveAddress } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const deployer = fromHex(resolveAddress('deployer'));
const input = encodeConstructor(erc20.abi, erc20.constructorArgs);
{
const native = await createNativeBackend();
const program = await native.prepare({ name: 'erc20', native: { sourceFile: erc20.nativeSource } });
const world = await native.createWorld();
const { outcome } = await world.deploy(program, { deployer, input });
console.log(outcome.status, outcome.gasUsed); // success 0n
}
