import { readFileSync } from 'node:fs';
import { flatV2 } from 'trimeter/metering';
{
const { id, instructions } = flatV2;
console.log(id, instructions['i64.add'], instructions['i64.div_u']); // flat-v2 1 1
}
