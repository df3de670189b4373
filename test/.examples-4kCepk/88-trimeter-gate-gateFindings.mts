import { readFileSync } from 'node:fs';
import { gate, gateFindings } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const { cases, isCompared } = gateFindings(await gate([{ subject }], undefined));
console.log(isCompared, cases[0]?.findings[0]?.rule); // false not-compared
}
