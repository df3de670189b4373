import { readFileSync } from 'node:fs';
import { check, checkFindings, loadSubject } from 'trimeter/check';
{
const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
const about = { seed: 1, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };
const findings = checkFindings({ ...about, reports: [report], replayFiles: new Map() }, () => 'Token.sol');
console.log(findings.summary, findings.cases.length); // wasm, reference agree on 51 calls 1
}
