import { readFileSync } from 'node:fs';
import { gate, gateFindings, githubAnnotations } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const annotations = githubAnnotations(gateFindings(await gate([{ subject }], undefined)));
console.log(annotations.slice(0, 44)); // ::error file=trimeter.lock.json,title=trimet
}
