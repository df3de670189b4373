import { readFileSync } from 'node:fs';
import { EngineError, createWasmBackend } from 'trimeter';
const backend = createWasmBackend();
const world = await backend.createWorld();
{
const error: unknown = await world.restore(1000).catch((reason: unknown) => reason);
console.log(error instanceof EngineError && error.code); // bad-argument
}
