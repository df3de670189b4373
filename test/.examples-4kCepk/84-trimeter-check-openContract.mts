import { readFileSync } from 'node:fs';
import { loadSubject, openContract } from 'trimeter/check';
{
const token = await openContract(await loadSubject('erc20'), 'wasm');
const outcome = await token.call('transfer', ['bob', '5'], { caller: 'deployer' });
console.log(outcome.status, outcome.gasUsed); // success 7884n
await token.close();
}
