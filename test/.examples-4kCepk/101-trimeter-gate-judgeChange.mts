import { readFileSync } from 'node:fs';
import { judgeChange, parseTolerance } from 'trimeter/gate';
{
const tolerance = parseTolerance('pass +0.1%, +2%');
console.log([1000n, 1001n, 1020n, 1021n].map((is) => judgeChange(tolerance, 1000n, is)).join()); // same,pass,warn,fail
}
