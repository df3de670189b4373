import { readFileSync } from 'node:fs';
import { quickPlan } from 'trimeter/bench';
{
const shorter = { ...quickPlan, blockCount: 6 };
console.log(quickPlan.blockCount, shorter.blockCount); // 10 6
}
