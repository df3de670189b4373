import type { ContractCase } from '../../contracts/contract-case.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { stylusSdkAbi } from '../../engine/abi/stylus/stylus-sdk-abi.ts';
import type { ContractCode } from '../../engine/backend.ts';

/** A contract in the forms that machines take. */
export type Artifacts = Pick<ContractCase, 'id' | 'wasm' | 'wasmAbi' | 'wasmPorts' | 'evmInitcode' | 'nativeSource'>;

export function contractCode({ id, wasm, wasmAbi, wasmPorts, evmInitcode, nativeSource }: Artifacts): ContractCode {
  return {
    name: id,
    ...(wasm !== undefined && {
      wasm: { bytes: wasm, abi: wasmAbi === undefined ? stylusAbi : stylusSdkAbi, ports: wasmPorts },
    }),
    ...(evmInitcode !== undefined && { evm: { initcode: evmInitcode } }),
    ...(nativeSource !== undefined && { native: { sourceFile: nativeSource } }),
  };
}
