import { defaultGasLimit } from '../engine/context.ts';
import { MAX_GAS } from '../engine/gas.ts';
import { comparedMachines } from '../harness/machines/register.ts';
import { parseInteger, parseNames } from './arguments.ts';
import { UsageError } from './usage-error.ts';

/** What `--gas-limit` says: gas per machine, each in its own unit. */
export interface GasLimits {
  /** @param otherwise For a machine of which nothing is said; default more than enough. */
  of(backendName: string, otherwise?: bigint): bigint;
  /** Machines that are named one by one, in the order given. */
  readonly named: readonly string[];
}

/**
 * @param text A number for all machines, or `wasm=8000,evm=60000`; undefined, and for machines without one, more than enough.
 * @throws UsageError
 */
export function parseGasLimits(text: string | undefined): GasLimits {
  const limit = (digits: string) => parseInteger('--gas-limit', digits, 0n, MAX_GAS);
  if (text === undefined) return { of: (_, otherwise = defaultGasLimit) => otherwise, named: [] };
  if (!text.includes('=')) {
    const same = limit(text);
    return { of: () => same, named: [] };
  }
  const pairs = text.split(',').map((pair) => pair.split('='));
  const unclear = pairs.find((pair) => pair.length !== 2);
  if (unclear !== undefined) {
    throw new UsageError(
      `--gas-limit takes gas, or gas by machine such as wasm=8000,evm=60000; got ${JSON.stringify(text)}`,
    );
  }
  const named = parseNames('--gas-limit', pairs.map(([name]) => name).join(','), comparedMachines);
  const limits = new Map(named.map((name, at) => [name, limit((pairs[at]?.[1] ?? '').trim())]));
  return { of: (name, otherwise = defaultGasLimit) => limits.get(name) ?? otherwise, named };
}
