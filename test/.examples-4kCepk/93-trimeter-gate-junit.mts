import { readFileSync } from 'node:fs';
import { gate, gateFindings, junit } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const { lock } = await gate([{ subject }], undefined);
const run = await gate([{ subject }], lock);
console.log(junit(gateFindings(run)).split('\n')[1]); // <testsuites name="trimeter gate" tests="8" failures="0" errors="0">
}
