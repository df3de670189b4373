import { readFileSync } from 'node:fs';
import { sealAbi } from 'trimeter/ink';
import { moduleInterfaceOf } from 'trimeter';
{
const { entryPoints, memory } = moduleInterfaceOf(sealAbi);
console.log(memory.kind, entryPoints.map(({ name }) => name).join()); // imported call,deploy
}
