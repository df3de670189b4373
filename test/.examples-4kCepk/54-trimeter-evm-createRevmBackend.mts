import { readFileSync } from 'node:fs';
import { createRevmBackend } from 'trimeter/evm';
import { fromHex } from 'trimeter';
import { resolveAddress } from 'trimeter/contracts';
const bob = fromHex(resolveAddress('bob'));
{
const revm = await createRevmBackend();
const world = await revm.createWorld();
console.log(revm.name, await world.balanceOf(bob)); // revm 0n
await world.close();
}
