import { readFileSync } from 'node:fs';
import { palletContracts } from 'trimeter/metering';
{
const { id, instructions } = palletContracts;
console.log(id, instructions['i64.add'], instructions['i64.div_u']); // pallet-contracts 64 64
}
