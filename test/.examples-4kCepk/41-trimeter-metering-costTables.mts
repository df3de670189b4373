import { readFileSync } from 'node:fs';
import { costTables } from 'trimeter/metering';
{
console.log(costTables.map(({ id }) => id).slice(0, 2)); // [ 'flat-v2', 'flat-v1' ]
}
