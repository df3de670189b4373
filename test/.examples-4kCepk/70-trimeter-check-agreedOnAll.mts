import { readFileSync } from 'node:fs';
import { agreedOnAll, check, loadSubject } from 'trimeter/check';
{
const reports = [await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 })];
process.exitCode = agreedOnAll(reports) ? 0 : 1;
console.log(agreedOnAll(reports), agreedOnAll([])); // true null
}
