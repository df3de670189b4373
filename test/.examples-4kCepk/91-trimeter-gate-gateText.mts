import { readFileSync } from 'node:fs';
import { gate, gateText } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const { lock } = await gate([{ subject }], undefined);
const lines = gateText(await gate([{ subject }], lock), { screenColumns: 80 }).trimEnd().split('\n');
console.log(lines.at(-1)); // 23 calls of 1 contract as in trimeter.lock.json
}
