import type { GuestAbi } from '../engine/abi/guest-abi.ts';
import { UsageError } from './usage-error.ts';

/** Loaded when they are asked for: ink!'s hashes come from an optional package. */
const guestAbis: ReadonlyMap<string, () => Promise<GuestAbi>> = new Map([
  ['stylus', async () => (await import('../engine/abi/stylus/stylus-abi.ts')).stylusAbi],
  ['seal', async () => (await import('../engine/abi/seal/seal-abi.ts')).sealAbi],
]);

export const guestAbiNames: readonly string[] = [...guestAbis.keys()];

/** The guest ABI that `--abi` names. @throws UsageError */
export async function guestAbi(name: string): Promise<GuestAbi> {
  const load = guestAbis.get(name);
  if (load === undefined)
    throw new UsageError(`--abi takes ${guestAbiNames.join(' or ')}, got ${JSON.stringify(name)}`);
  return load();
}
