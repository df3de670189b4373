import { readFileSync } from 'node:fs';
import { gate, updatedLock } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const result = await gate([{ subject }], undefined);
console.log(Object.keys(updatedLock(undefined, result, true).contracts)); // [ 'erc20' ]
}
