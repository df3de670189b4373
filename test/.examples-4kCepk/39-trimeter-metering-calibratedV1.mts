import { readFileSync } from 'node:fs';
import { calibratedV1 } from 'trimeter/metering';
{
const { id, instructions } = calibratedV1;
console.log(id, instructions['i64.add'], instructions['i64.div_u']); // calibrated-v1 1 24
}
