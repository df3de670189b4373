// A check for CI: exit code 1, and a file to replay, if two machines disagree on a contract. `trimeter replay found.json`
// runs the file again.
import { writeFileSync } from 'node:fs';
import { check, checkText, formatReplayFile, loadSubject } from 'trimeter/check';

const subject = await loadSubject('erc20'); // or the path of a folder of yours (docs/contracts.md)
const report = await check(subject, ['wasm', 'reference'], { callBudget: 300, seed: 7, repeats: true });
console.error(checkText([report]));
if (report.counterexample !== undefined) writeFileSync('found.json', formatReplayFile(report.counterexample));
console.log(report.machines.join(), report.agreed); // wasm,reference true
process.exitCode = report.agreed === true ? 0 : 1;
