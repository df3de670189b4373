import { readFileSync } from 'node:fs';
import { check, checkText, loadSubject } from 'trimeter/check';
{
const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
const lines = checkText([report], { screenColumns: 80 }).trimEnd().split('\n');
console.log(lines.at(-1)); // wasm, reference agree on 51 calls
}
