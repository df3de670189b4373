import { readFileSync } from 'node:fs';
import { nearRegularOp } from 'trimeter/metering';
{
const { id, instructions } = nearRegularOp;
console.log(id, instructions['i64.add'], instructions['i64.div_u']); // near-regular-op 1 1
}
