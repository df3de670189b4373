/** `trimeter/evm`: the EVM as a backend. */
export { createDefaultEvmBackend, createEvmBackend } from './evm-backend.ts';
