import { createHash } from 'node:crypto';
import { bigintToBytes, compareBytes } from '../bytes.ts';
import type { StorageEntry } from './storage-entry.ts';

/** The part of an account that every machine must agree on. Code and nonces differ between machines by nature. */
export interface AccountView {
  readonly address: Uint8Array;
  readonly wei: bigint;
  readonly storage: readonly StorageEntry[];
}

function lengthPrefixed(bytes: Uint8Array): Uint8Array[] {
  return [bigintToBytes(BigInt(bytes.length), 4), bytes];
}

/**
 * SHA-256 over the accounts in address order: address (20), balance (32), number of slots (4), then per slot in key
 * order: key length (4), key, value length (4), value. Integers are big-endian. Accounts with no balance and no storage are skipped, so
 * that touching an account leaves no trace.
 */
export function digestAccounts(accounts: readonly AccountView[]): string {
  const hash = createHash('sha256');
  const sorted = [...accounts].sort((a, b) => compareBytes(a.address, b.address));
  for (const { address, wei, storage } of sorted) {
    if (wei === 0n && storage.length === 0) continue;
    hash
      .update(address)
      .update(bigintToBytes(wei, 32))
      .update(bigintToBytes(BigInt(storage.length), 4));
    for (const { key, value } of [...storage].sort((a, b) => compareBytes(a.key, b.key))) {
      for (const part of [...lengthPrefixed(key), ...lengthPrefixed(value)]) hash.update(part);
    }
  }
  return hash.digest('hex');
}
