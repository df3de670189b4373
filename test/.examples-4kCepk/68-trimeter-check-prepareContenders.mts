import { readFileSync } from 'node:fs';
import { contendersOf, prepareContenders, soliditySubject } from 'trimeter/check';
import { createWasmBackend } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
const backend = createWasmBackend();
{
const [contender] = await prepareContenders(contendersOf([backend]), subject.code);
console.log(contender?.programs.map(({ name }) => name)); // [ 'erc20' ]
}
