import { readFileSync } from 'node:fs';
import { resolveAddress } from 'trimeter/contracts';
{
console.log(resolveAddress('bob')); // 0x0000000000000000000000000000000000000b0b
}
