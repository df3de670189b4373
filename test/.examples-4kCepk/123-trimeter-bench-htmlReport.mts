import { readFileSync } from 'node:fs';
import { htmlReport, type ProtocolReport } from 'trimeter/bench';
const run: ProtocolReport = JSON.parse(readFileSync('run.json', 'utf8'));
{
const page = htmlReport(run, { dataHref: 'run.json' });
console.log(page.startsWith('<!doctype html>')); // true
}
