/** `trimeter/evm`: the EVM as a backend. */
export { createDefaultEvmBackend, createEvmBackend, type EvmBackendOptions } from './evm-backend.ts';
export { createRevmBackend } from './revm/revm-backend.ts';
