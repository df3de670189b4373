import type { ModuleInterface } from '../../metering/format/module-interface.ts';
import type { GuestAbi } from './guest-abi.ts';

/**
 * What a module written against this ABI may import and must export, as `instrument` takes it.
 *
 * @example
 * const { entryPoints, imports } = moduleInterfaceOf(stylusAbi);
 * console.log(entryPoints.map(({ name }) => name).join()); // user_entrypoint,user_constructor
 * console.log(imports.some(({ name }) => name === 'storage_load_bytes32')); // true
 */
export function moduleInterfaceOf(abi: GuestAbi): ModuleInterface {
  return {
    memory: abi.memory,
    entryPoints: [abi.call, abi.deploy],
    imports: abi.hostFunctions.map(({ module, name, params, result }) => ({
      module,
      name,
      params,
      results: result === undefined ? [] : [result],
    })),
  };
}
