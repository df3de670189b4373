import { readFileSync } from 'node:fs';
import { encodeCall, readBundledCase } from 'trimeter/contracts';
import { toHex } from 'trimeter';
const erc20 = await readBundledCase('erc20');
{
const input = encodeCall(erc20.abi, { method: 'balanceOf', args: ['bob'] });
console.log(toHex(input).slice(0, 10), input.length); // 0x70a08231 36
}
