import { deepFreeze } from '../../../metering/deep-freeze.ts';
import type { GuestAbi } from '../guest-abi.ts';
import { callFunctions } from './calls.ts';
import { environmentFunctions } from './environment.ts';
import { inputOutputFunctions } from './input-output.ts';
import { mathFunctions } from './math.ts';
import { storageFunctions } from './storage.ts';
import { stylusThunks } from './thunks.ts';

/**
 * Arbitrum Stylus host I/O: `user_entrypoint(input length) -> status`, 0 for success and anything else for a revert,
 * with the output set by `write_result`. https://docs.arbitrum.io/stylus/advanced/hostio-exports
 *
 * One addition of ours: a module that exports `user_constructor`, of the same type, has it run once at deployment
 * with the encoded constructor arguments as input. Stylus itself deploys without running the contract.
 *
 * @example
 * const program = await backend.prepare({ name: 'token', wasm: { bytes: erc20.wasm, abi: stylusAbi } });
 * console.log(program.backend, program.name); // wasm token
 */
export const stylusAbi: GuestAbi = deepFreeze({
  name: 'stylus',
  memory: { kind: 'exported', name: 'memory' },
  call: { name: 'user_entrypoint', params: ['i32'], results: ['i32'], isRequired: true },
  deploy: { name: 'user_constructor', params: ['i32'], results: ['i32'], isRequired: false },
  hostFunctions: [
    ...inputOutputFunctions,
    ...storageFunctions,
    ...callFunctions,
    ...environmentFunctions,
    ...mathFunctions,
  ],
  entryArguments: (frame) => [frame.message.input.length],
  readReturn: (frame, status) => ({ status: status === 0 ? 'success' : 'revert', output: frame.output }),
  thunks: stylusThunks,
});
