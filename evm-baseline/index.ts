/** `trimeter/evm`: the EVM as a backend. */
export { createEvmBackend, type EvmBackendOptions } from './evm-backend.ts';
