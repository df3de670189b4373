import { bigintToBytes, bytesToBigint } from '../../bytes.ts';
import type { Frame } from '../../frame.ts';
import { GuestTrap } from '../../guest-exit.ts';
import { readBytes, readU32, writeBytes, writeU32 } from '../../guest-memory.ts';
import { TrapCode } from '../../outcome.ts';
import { ACCOUNT_ID_BYTES, addressOf } from './account-id.ts';
import { SENTINEL } from './return-code.ts';

/** Balances are u128. */
export const BALANCE_BYTES = 16;

/**
 * Hands bytes to the guest: `lengthPointer` holds the capacity of the buffer at `pointer` and gets the number of bytes
 * written. A buffer that is too small traps, as on pallet-contracts, before anything is written.
 */
export function writeOutput(frame: Frame, pointer: number, lengthPointer: number, bytes: Uint8Array): void {
  if (readU32(frame.memory, lengthPointer) < bytes.length) throw new GuestTrap(TrapCode.HostArgumentInvalid);
  writeBytes(frame.memory, pointer, bytes);
  writeU32(frame.memory, lengthPointer, bytes.length);
}

/** `writeOutput` for outputs that the guest may do without. */
export function writeOptionalOutput(frame: Frame, pointer: number, lengthPointer: number, bytes: Uint8Array): void {
  if (pointer >>> 0 !== SENTINEL) writeOutput(frame, pointer, lengthPointer, bytes);
}

/** Writes a little-endian integer. Traps if it does not fit: what the guest is told is never rounded. */
export function writeInteger(
  frame: Frame,
  pointer: number,
  lengthPointer: number,
  value: bigint,
  lengthBytes: number,
): void {
  if (value >= 1n << BigInt(8 * lengthBytes)) throw new GuestTrap(TrapCode.HostArgumentInvalid);
  writeOutput(frame, pointer, lengthPointer, bigintToBytes(value, lengthBytes).reverse());
}

export function readBalance(frame: Frame, pointer: number): bigint {
  return bytesToBigint(readBytes(frame.memory, pointer, BALANCE_BYTES).reverse());
}

/** Reads an account id as an address of 20 bytes. */
export function readAccount(frame: Frame, pointer: number): Uint8Array {
  return addressOf(readBytes(frame.memory, pointer, ACCOUNT_ID_BYTES));
}
