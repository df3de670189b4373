import { readFileSync } from 'node:fs';
import { moduleInterfaceOf, stylusAbi } from 'trimeter';
{
const { entryPoints, imports } = moduleInterfaceOf(stylusAbi);
console.log(entryPoints.map(({ name }) => name).join()); // user_entrypoint,user_constructor
console.log(imports.some(({ name }) => name === 'storage_load_bytes32')); // true
}
