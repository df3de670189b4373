import { readFileSync } from 'node:fs';
import { loadSubject } from 'trimeter/check';
{
const { id, code } = await loadSubject('vault');
console.log(id, Object.keys(code)); // vault [ 'name', 'wasm', 'evm', 'native' ]
}
