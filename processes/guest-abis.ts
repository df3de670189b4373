import type { GuestAbi } from '../engine/abi/guest-abi.ts';
import { stylusAbi } from '../engine/abi/stylus/stylus-abi.ts';
import { stylusSdkAbi } from '../engine/abi/stylus/stylus-sdk-abi.ts';
import { EngineError } from '../engine/errors.ts';

/** By name. ink!'s is loaded when it is asked for: its hashes come from an optional package. */
const guestAbis: ReadonlyMap<string, () => Promise<GuestAbi>> = new Map([
  ['stylus', async () => stylusAbi],
  ['stylus-sdk', async () => stylusSdkAbi],
  ['ink', async () => (await import('../engine/abi/seal/seal-abi.ts')).sealAbi],
]);

/** The name that stands for the ABI in another process. @throws EngineError `no-code` for one that is not ours. */
export async function sentAbi(abi: GuestAbi): Promise<string> {
  if ((await guestAbis.get(abi.name)?.()) === abi) return abi.name;
  throw new EngineError('no-code', `the guest ABI ${abi.name} is not one of ours, and functions cannot be sent`);
}

export async function receivedAbi(name: string): Promise<GuestAbi> {
  const load = guestAbis.get(name);
  if (load === undefined) throw new EngineError('internal', `there is no guest ABI ${name}`);
  return load();
}
