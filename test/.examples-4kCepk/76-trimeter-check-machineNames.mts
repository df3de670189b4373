import { readFileSync } from 'node:fs';
import { machineNames } from 'trimeter/check';
{
console.log(machineNames.slice(0, 3)); // [ 'wasm', 'wasm-unmetered', 'wasm-fresh' ]
}
