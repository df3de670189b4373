import type { GuestAbi } from '../engine/abi/guest-abi.ts';
import { sealAbi } from '../engine/abi/seal/seal-abi.ts';
import { stylusAbi } from '../engine/abi/stylus/stylus-abi.ts';
import { UsageError } from './usage-error.ts';

const guestAbis: ReadonlyMap<string, GuestAbi> = new Map([
  ['stylus', stylusAbi],
  ['seal', sealAbi],
]);

/** The guest ABI that `--abi` names. @throws UsageError */
export function guestAbi(name: string): GuestAbi {
  const abi = guestAbis.get(name);
  if (abi === undefined)
    throw new UsageError(`--abi takes ${[...guestAbis.keys()].join(' or ')}, got ${JSON.stringify(name)}`);
  return abi;
}
