import { readFileSync } from 'node:fs';
import { gate } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const { lock } = await gate([{ subject }], undefined);
const { verdict, contracts } = await gate([{ subject }], lock);
console.log(verdict, contracts[0]?.costs.length); // green 16
}
