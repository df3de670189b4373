import { concatBytes } from '../../bytes.ts';
import { keccak256 } from '../../kernel/keccak.ts';

const ADDRESS_BYTES = 20;
const MARKER: Uint8Array = new Uint8Array(12).fill(0xee);

/** Length of an ink! account id. */
export const ACCOUNT_ID_BYTES = 32;

/**
 * The account id under which ink! contracts know a 20-byte address: the address, then twelve bytes 0xEE (pallet-revive).
 *
 * @example
 * console.log(toHex(accountIdOf(bob))); // 0x0000000000000000000000000000000000000b0beeeeeeeeeeeeeeeeeeeeeeee
 */
export function accountIdOf(address: Uint8Array): Uint8Array {
  return concatBytes([address, MARKER]);
}

/**
 * The 20-byte address that an account id stands for: its first 20 bytes if it is one of `accountIdOf`, and otherwise the
 * last 20 bytes of its keccak-256, so that ids that only share a prefix stay apart (pallet-revive's `AddressMapper`).
 *
 * @example
 * console.log(toHex(addressOf(accountIdOf(bob)))); // 0x0000000000000000000000000000000000000b0b
 */
export function addressOf(accountId: Uint8Array): Uint8Array {
  const isMarked = accountId.subarray(ADDRESS_BYTES).every((byte) => byte === 0xee);
  return isMarked ? accountId.slice(0, ADDRESS_BYTES) : keccak256(accountId).slice(12);
}
