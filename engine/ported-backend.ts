import { own } from '../metering/own.ts';
import { checkObject } from './argument-checks.ts';
import type { Backend } from './backend.ts';
import { EngineError } from './errors.ts';

/**
 * The machine for ports of contracts to another language: it runs a contract's port in place of its module.
 *
 * @param language As in `wasm.ports` of the contract's code.
 *
 * @example
 * const rust = portedBackend(backend, 'rust');
 * const { wasm: bytes, wasmPorts: ports } = erc20;
 * await rust.prepare({ name: 'erc20', wasm: { bytes, abi: stylusAbi, ports } });
 * console.log(rust.name); // wasm-rust
 */
export function portedBackend(machine: Backend, language: string): Backend {
  return {
    ...machine,
    name: `${machine.name}-${language}`,
    description: `${machine.description}, contracts in ${language}`,
    prepare: async (code) => {
      checkObject('code', code);
      const wasm = own(code, 'wasm');
      const ports = wasm && own(wasm, 'ports');
      const bytes = ports && own(ports, language);
      if (wasm === undefined || bytes === undefined) {
        throw new EngineError('no-code', `${code.name} has no port to ${language}`);
      }
      return machine.prepare({ ...code, wasm: { ...wasm, bytes } });
    },
  };
}
