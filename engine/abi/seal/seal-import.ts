import type { ValueType } from '../../../metering/format/module.ts';

/** The import of one host function of pallet-contracts: the module is `seal` and the version of the function. */
export function sealImport<const P extends readonly ValueType[], R extends ValueType | undefined>(
  version: 0 | 1 | 2,
  name: string,
  params: P,
  result: R,
): { readonly module: string; readonly name: string; readonly params: P; readonly result: R } {
  return { module: `seal${version}`, name, params, result };
}
