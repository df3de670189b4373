import type { StateManagerInterface } from '@ethereumjs/common';
import type { StorageEntry } from '../engine/state/storage-entry.ts';

/**
 * The state of an EVM world: what @ethereumjs asks of a state manager, and what `World` promises beyond that. Checkpoints
 * nest. The outermost one is a transaction, whose writes are final when it is committed.
 */
export interface EvmState extends StateManagerInterface {
  /** Takes back the open transaction, also one that broke off inside a frame. */
  abandon(): Promise<void>;
  /** Slots other than zero of an address (20 bytes), in byte order of their keys. */
  storageEntries(address: Uint8Array): Promise<readonly StorageEntry[]>;
  /** See engine/state/digest.ts. */
  digest(): Promise<string>;
  /** Index of a new snapshot. Only between transactions. */
  snapshot(): Promise<number>;
  /** Back to a snapshot, which stays; later ones are dropped. False for one that does not exist (any more). */
  restore(snapshot: number): Promise<boolean>;
}
