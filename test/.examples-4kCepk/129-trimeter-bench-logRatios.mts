import { readFileSync } from 'node:fs';
import { logRatios } from 'trimeter/bench';
{
console.log(logRatios([1, 2], [2, 2]).map((ratio) => ratio.toFixed(2))); // [ '0.69', '0.00' ]
}
