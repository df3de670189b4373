import type { ValueType } from '../../../metering/format/module.ts';

/** The import of one Stylus host function: all of them live in the module `vm_hooks`. */
export function vmHook<const P extends readonly ValueType[], R extends ValueType | undefined>(
  name: string,
  params: P,
  result: R,
): { readonly module: string; readonly name: string; readonly params: P; readonly result: R } {
  return { module: 'vm_hooks', name, params, result };
}
