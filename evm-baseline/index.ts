/** `trimeter/evm`: the EVM as a backend. */
export { createDefaultEvmBackend, createEvmBackend } from './evm-backend.ts';
export { createRevmBackend } from './revm/revm-backend.ts';
