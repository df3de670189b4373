import { readFileSync } from 'node:fs';
import { parseTolerance } from 'trimeter/gate';
{
const { steps } = parseTolerance('pass +0.1%, -5%..+2%');
console.log(steps.length); // 2
}
