import { readFileSync } from 'node:fs';
import { meterIds } from 'trimeter/gate';
{
console.log(meterIds.at(0), meterIds.at(-1)); // flat-v2 evm
}
