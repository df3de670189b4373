import type { ValueType } from '../../../metering/format/module.ts';
import type { HostFunction, hostFunction } from '../host-function.ts';

/** The row of one host function of pallet-contracts: the module is `seal` and the version of the function. */
export function sealImport<const P extends readonly ValueType[], R extends ValueType | undefined>(
  version: 0 | 1 | 2,
  name: string,
  params: P,
  result: R,
  pricedBytes: HostFunction['pricedBytes'] = () => 0,
): Parameters<typeof hostFunction<P, R>>[0] {
  return { module: `seal${version}`, name, params, result, pricedBytes };
}
