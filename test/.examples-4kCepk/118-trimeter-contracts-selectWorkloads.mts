import { readFileSync } from 'node:fs';
import { readBundledCase, selectWorkloads } from 'trimeter/contracts';
{
const [contract] = selectWorkloads([await readBundledCase('fibonacci')], ['small']);
console.log(contract?.workloads.map(({ id }) => id)); // [ 'iterative-small' ]
}
