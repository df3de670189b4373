import { readFileSync } from 'node:fs';
import { defaultLimits } from 'trimeter/metering';
{
const limits = { ...defaultLimits, memoryPages: 16 };
console.log(defaultLimits.memoryPages, limits.memoryPages); // 256 16
}
