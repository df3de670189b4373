import { readFileSync } from 'node:fs';
import { check, randomCalls, soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
{
const calls = randomCalls(erc20, { maxLength: 3 });
const report = await check(soliditySubject(erc20), ['wasm', 'reference'], { calls, callBudget: 20 });
console.log(report.agreed); // true
}
