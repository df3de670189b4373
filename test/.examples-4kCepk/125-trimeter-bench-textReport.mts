import { readFileSync } from 'node:fs';
import { textReport, type ProtocolReport } from 'trimeter/bench';
const run: ProtocolReport = JSON.parse(readFileSync('run.json', 'utf8'));
{
const text = textReport(run, ['wasm', 'native', 'evm'], 80);
console.log(text.split('\n')[0]); // Time of one operation
}
