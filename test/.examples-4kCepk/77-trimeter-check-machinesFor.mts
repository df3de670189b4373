import { readFileSync } from 'node:fs';
import { loadSubject, machinesFor } from 'trimeter/check';
{
const { code, companions = [] } = await loadSubject('fibonacci');
console.log(machinesFor([...companions, code]).includes('evm')); // true
}
