import { readFileSync } from 'node:fs';
import { logRatios, suiteRatio } from 'trimeter/bench';
{
const small = logRatios([10, 11, 10, 10, 11, 10], [20, 22, 20, 20, 22, 20]);
const large = logRatios([10, 11, 10, 10, 11, 10], [80, 88, 80, 80, 88, 80]);
console.log(suiteRatio([small, large]).point.toFixed(2)); // 4.00
}
