import { readFileSync } from 'node:fs';
import { check, checkMarkdown, loadSubject } from 'trimeter/check';
{
const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
const about = { seed: 1, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };
const lines = checkMarkdown({ ...about, reports: [report], replayFiles: new Map() }).split('\n');
console.log(lines[2]); // **wasm, reference agree on 51 calls of 1 contract.**
}
