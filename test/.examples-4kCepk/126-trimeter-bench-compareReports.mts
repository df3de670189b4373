import { readFileSync } from 'node:fs';
import { compareReports, type ProtocolReport } from 'trimeter/bench';
const run: ProtocolReport = JSON.parse(readFileSync('run.json', 'utf8'));
{
const changes = compareReports(run, run);
console.log(changes.every(({ change }) => change.point === 1)); // true
}
