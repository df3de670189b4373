import { readFileSync } from 'node:fs';
import { bundledCaseDirectory, readCase } from 'trimeter/contracts';
{
const { id, constructorArgs, wasm } = await readCase(bundledCaseDirectory('erc20'));
console.log(id, constructorArgs.length, wasm?.subarray(0, 4).join()); // erc20 3 0,97,115,109
}
