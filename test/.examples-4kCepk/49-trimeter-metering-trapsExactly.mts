import { readFileSync } from 'node:fs';
import { strategies, trapsExactly } from 'trimeter/metering';
{
console.log(strategies.filter(trapsExactly).join()); // global,host-call,none
}
