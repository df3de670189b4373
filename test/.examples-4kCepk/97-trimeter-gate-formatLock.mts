import { readFileSync } from 'node:fs';
import { formatLock, gate } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const { lock } = await gate([{ subject }], undefined);
console.log(formatLock(lock).split('\n')[1]); //   "format": "trimeter-lock",
}
