import { readFileSync } from 'node:fs';
import { describeEnvironment } from 'trimeter/bench';
import { createWasmBackend } from 'trimeter';
{
const { cores, backends } = describeEnvironment([createWasmBackend()], new Date());
console.log(cores > 0, Object.keys(backends)); // true [ 'wasm' ]
}
