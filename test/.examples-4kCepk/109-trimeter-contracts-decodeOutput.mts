import { readFileSync } from 'node:fs';
import { decodeOutput, readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
{
const output = new Uint8Array(32).fill(1, 31);
console.log(decodeOutput(erc20.abi, 'totalSupply', output)); // [ '1' ]
}
