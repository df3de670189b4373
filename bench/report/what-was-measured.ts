import { listed } from '../../harness/text/words.ts';

/** A title: `erc20 and noop on wasm and evm`. */
export function whatWasMeasured(cases: readonly { readonly id: string }[], machines: readonly string[]): string {
  const contracts = [...new Set(cases.map(({ id }) => id))];
  return `${contracts.length === 0 ? 'Nothing' : listed(contracts, 4)} on ${listed(machines, 5)}`;
}
