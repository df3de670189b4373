import type { ValueType } from '../../../metering/format/module.ts';

/** Import module of all Stylus host functions. */
export const VM_HOOKS = 'vm_hooks';

/** The import of one Stylus host function. */
export function vmHook<const P extends readonly ValueType[], R extends ValueType | undefined>(
  name: string,
  params: P,
  result: R,
): { readonly module: string; readonly name: string; readonly params: P; readonly result: R } {
  return { module: VM_HOOKS, name, params, result };
}
