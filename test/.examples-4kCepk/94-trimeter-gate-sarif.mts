import { readFileSync } from 'node:fs';
import { gate, gateFindings, sarif } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const { runs } = JSON.parse(sarif(gateFindings(await gate([{ subject }], undefined))));
console.log(runs[0].results[0].ruleId); // not-compared
}
