import { readFileSync } from 'node:fs';
import { strategies } from 'trimeter/metering';
{
console.log(strategies.join()); // default,global,host-call,none
}
