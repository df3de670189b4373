import { readFileSync } from 'node:fs';
import { flatV1 } from 'trimeter/metering';
{
const { id, instructions } = flatV1;
console.log(id, instructions['i64.add'], instructions['i64.div_u']); // flat-v1 1 1
}
