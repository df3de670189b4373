import { readFileSync } from 'node:fs';
import { throughputRatio } from 'trimeter/bench';
{
const { point, low, high } = throughputRatio([10, 11, 10, 10, 11, 10], [20, 22, 21, 20, 22, 20]);
console.log(point.toFixed(1), low > 1.9, high < 2.2); // 2.0 true true
}
