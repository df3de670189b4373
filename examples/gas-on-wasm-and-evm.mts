// The same calls on two machines, each of which counts in a unit of its own. Needs the packages of the EVM; without them an
// error says how to install them.
import { loadSubject, openContract } from 'trimeter/check';

const subject = await loadSubject('erc20');
const [wasm, evm] = [await openContract(subject, 'wasm'), await openContract(subject, 'evm')];

async function gasOf(method: string, args: readonly string[]): Promise<string> {
  const options = { caller: 'deployer' };
  const [onWasm, onEvm] = [await wasm.call(method, args, options), await evm.call(method, args, options)];
  return `${onWasm.gasUsed} on wasm, ${onEvm.gasUsed} on evm`;
}

console.log(await gasOf('transfer', ['bob', '5'])); // 7884 on wasm, 29981 on evm
console.log(await gasOf('approve', ['bob', '5'])); // 5408 on wasm, 24734 on evm
console.log(await gasOf('balanceOf', ['bob'])); // 2480 on wasm, 2559 on evm
