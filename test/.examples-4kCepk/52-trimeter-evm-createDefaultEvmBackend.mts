import { readFileSync } from 'node:fs';
import { createDefaultEvmBackend } from 'trimeter/evm';
{
const evm = await createDefaultEvmBackend();
console.log(evm.name, evm.isMetered); // evm-default true
}
