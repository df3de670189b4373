import { readFileSync } from 'node:fs';
import { readBundledCase } from 'trimeter/contracts';
{
const { wasm, evmInitcode } = await readBundledCase('erc20');
console.log(wasm.length > evmInitcode.length); // true
}
