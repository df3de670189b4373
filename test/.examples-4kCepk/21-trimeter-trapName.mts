import { readFileSync } from 'node:fs';
import { TrapCode, trapName } from 'trimeter';
{
console.log(trapName(TrapCode.OutOfGas)); // OutOfGas
}
