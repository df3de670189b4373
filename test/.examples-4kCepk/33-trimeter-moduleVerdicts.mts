import { readFileSync } from 'node:fs';
import { moduleVerdicts } from 'trimeter';
{
const { unproved, lastReason } = moduleVerdicts();
console.log(unproved, lastReason); // 0 undefined
}
