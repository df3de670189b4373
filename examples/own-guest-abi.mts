// An interface of your own between contracts and host: what they may import, what a call of it costs, how they are entered.
import {
  createReferenceBackend,
  deployedAddress,
  flatV2Schedule,
  type GuestAbi,
  hostFunction,
  type Schedule,
} from 'trimeter';
import loadWabt from 'wabt';

const abi: GuestAbi = {
  name: 'blocks',
  memory: { kind: 'exported', name: 'memory' },
  call: { name: 'run', params: [], results: ['i64'], isRequired: true },
  deploy: { name: 'init', params: [], results: [], isRequired: false },
  hostFunctions: [
    hostFunction(
      { module: 'chain', name: 'height', params: [], result: 'i64' },
      ({ transaction }) => transaction.block.number,
    ),
  ],
  entryArguments: () => [],
  readReturn: (_frame, result) => ({ status: 'success', output: new TextEncoder().encode(String(result ?? '')) }),
};
const height = { base: 200, perByte: 0, source: 'an estimate' };
const hostCosts = { ...flatV2Schedule.hostCosts, 'chain.height': height };
const schedule: Schedule = { ...flatV2Schedule, id: 'blocks-v1', hostCosts };

const text = `(module
  (import "chain" "height" (func $height (result i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i64) (i64.mul (call $height) (i64.const 2))))`;
const { buffer: bytes } = (await loadWabt()).parseWat('blocks.wat', text).toBinary({});

const backend = createReferenceBackend({ schedule });
const program = await backend.prepare({ name: 'blocks', wasm: { bytes, abi } });
const world = await backend.createWorld();
const caller = new Uint8Array(20).fill(1);
const to = deployedAddress(await world.deploy(program, { deployer: caller }));
const outcome = await world.call({ caller, to });
if (outcome.status !== 'success') throw new Error(`the call ended in ${outcome.status}`);
console.log(new TextDecoder().decode(outcome.output), outcome.gasUsed); // 2 203n
