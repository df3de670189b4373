import { createWasmBackend, deployedAddress, stylusAbi } from 'trimeter';
import { encodeCall, encodeConstructor, readBundledCase } from 'trimeter/contracts';

const { abi, wasm } = await readBundledCase('erc20'); // or a module of your own
const engine = createWasmBackend();
const program = await engine.prepare({ name: 'token', wasm: { bytes: wasm, abi: stylusAbi } });
const world = await engine.createWorld();
const caller = new Uint8Array(20).fill(0xa1);
const constructorInput = encodeConstructor(abi, ['Example', 'EXM', '1000']);
const to = deployedAddress(await world.deploy(program, { deployer: caller, input: constructorInput }));
const outcome = await world.call({ caller, to, input: encodeCall(abi, { method: 'transfer', args: ['bob', '5'] }) });
console.log(outcome.status, outcome.gasUsed); // success 7884n
