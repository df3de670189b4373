import { readFileSync } from 'node:fs';
import { accountIdOf, addressOf } from 'trimeter/ink';
import { fromHex, toHex } from 'trimeter';
import { resolveAddress } from 'trimeter/contracts';
const bob = fromHex(resolveAddress('bob'));
{
console.log(toHex(addressOf(accountIdOf(bob)))); // 0x0000000000000000000000000000000000000b0b
}
