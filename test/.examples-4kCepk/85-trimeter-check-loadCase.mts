import { readFileSync } from 'node:fs';
import { loadCase } from 'trimeter/check';
{
const { id, workloads } = await loadCase('erc20');
console.log(id, workloads[0]?.id); // erc20 transfer
}
