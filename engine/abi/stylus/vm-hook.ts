import type { ValueType } from '../../../metering/format/module.ts';
import type { HostFunction, hostFunction } from '../host-function.ts';

/** Import module of all Stylus host functions. */
export const VM_HOOKS = 'vm_hooks';

/** The row of one Stylus host function. */
export function vmHook<const P extends readonly ValueType[], R extends ValueType | undefined>(
  name: string,
  params: P,
  result: R,
  pricedBytes: HostFunction['pricedBytes'] = () => 0,
): Parameters<typeof hostFunction<P, R>>[0] {
  return { module: VM_HOOKS, name, params, result, pricedBytes };
}
