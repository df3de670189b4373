import { readFileSync } from 'node:fs';
import { createProcessBackend } from 'trimeter/check';
import { fromHex } from 'trimeter';
import { resolveAddress } from 'trimeter/contracts';
const bob = fromHex(resolveAddress('bob'));
{
const other = await createProcessBackend({ machine: 'wasm' });
const world = await other.createWorld();
console.log(other.name, await world.balanceOf(bob)); // wasm 0n
await world.close();
}
