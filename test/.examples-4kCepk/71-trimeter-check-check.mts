import { readFileSync } from 'node:fs';
import { check, loadSubject } from 'trimeter/check';
{
const machines = ['wasm', 'reference', 'evm'];
const report = await check(await loadSubject('erc20'), machines, { callBudget: 50 });
console.log(report.machines.join(), report.agreed); // wasm,reference,evm true
}
