import { readFileSync } from 'node:fs';
import { workloadSizes } from 'trimeter/contracts';
{
console.log(workloadSizes.join()); // small,typical,large
}
