import { readFileSync } from 'node:fs';
import { ChildLost } from 'trimeter/check';
import { EngineError } from 'trimeter';
{
const error = new ChildLost('the process of wasm has ended', 1, null, 'out of memory');
console.log(error instanceof EngineError, error.code, error.exitCode); // true machine-lost 1
}
