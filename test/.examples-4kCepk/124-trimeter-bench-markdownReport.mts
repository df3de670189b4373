import { readFileSync } from 'node:fs';
import { markdownReport, type ProtocolReport } from 'trimeter/bench';
const run: ProtocolReport = JSON.parse(readFileSync('run.json', 'utf8'));
{
console.log(markdownReport(run).split('\n')[0]); // ### Trimeter benchmark
}
