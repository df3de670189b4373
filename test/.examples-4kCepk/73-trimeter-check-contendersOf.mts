import { readFileSync } from 'node:fs';
import { contendersOf } from 'trimeter/check';
import { createReferenceBackend, createWasmBackend } from 'trimeter';
import { createEvmBackend } from 'trimeter/evm';
{
const machines = [createWasmBackend(), createReferenceBackend(), await createEvmBackend()];
const contenders = contendersOf(machines);
console.log(contenders.map(({ gasUnit }) => gasUnit)); // [ 'wasm', 'wasm', 'evm' ]
}
