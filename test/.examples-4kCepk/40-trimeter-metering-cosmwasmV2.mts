import { readFileSync } from 'node:fs';
import { cosmwasmV2 } from 'trimeter/metering';
{
const { id, instructions } = cosmwasmV2;
console.log(id, instructions['i64.add'], instructions['i64.div_u']); // cosmwasm-v2 115 115
}
