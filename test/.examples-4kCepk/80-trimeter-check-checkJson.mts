import { readFileSync } from 'node:fs';
import { check, checkJson, loadSubject } from 'trimeter/check';
{
const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
const about = { seed: 1, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };
const json = checkJson({ ...about, reports: [report], replayFiles: new Map() });
console.log(json.agreed, json.disagreements); // true 0
}
