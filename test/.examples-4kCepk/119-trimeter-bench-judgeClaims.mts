import { readFileSync } from 'node:fs';
import { judgeClaims, type ProtocolReport } from 'trimeter/bench';
const run: ProtocolReport = JSON.parse(readFileSync('run.json', 'utf8'));
{
const claims = judgeClaims(run);
console.log(claims.find(({ id }) => id === 'fibonacci-88-percent')?.verdict); // partly
}
