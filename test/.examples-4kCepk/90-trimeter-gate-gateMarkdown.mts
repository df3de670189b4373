import { readFileSync } from 'node:fs';
import { gate, gateMarkdown } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const { lock } = await gate([{ subject }], undefined);
const lines = gateMarkdown(await gate([{ subject }], lock)).split('\n');
console.log(lines[2]); // 🟢 **23 calls of 1 contract as in trimeter.lock.json.**
}
