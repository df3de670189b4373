import { readFileSync } from 'node:fs';
import { openMachine } from 'trimeter/check';
import { flatV2Schedule } from 'trimeter';
{
const machine = await openMachine('reference', flatV2Schedule);
console.log(machine.name); // reference
}
