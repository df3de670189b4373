import { readFileSync } from 'node:fs';
import { bundledCases } from 'trimeter/contracts';
{
console.log(bundledCases().includes('erc20')); // true
}
