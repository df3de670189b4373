import { readFileSync } from 'node:fs';
import { MAX_GAS } from 'trimeter';
{
console.log(MAX_GAS === 2n ** 62n); // true
}
