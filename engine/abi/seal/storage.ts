import type { Frame } from '../../frame.ts';
import { GuestTrap } from '../../guest-exit.ts';
import { readBytes } from '../../guest-memory.ts';
import { TrapCode } from '../../outcome.ts';
import { keyOfBytes } from '../../state/storage-key.ts';
import { readPayload, refuseInStaticCall } from '../frame-checks.ts';
import { type HostFunction, hostFunction, lengthAt, lengthsAt } from '../host-function.ts';
import { writeOutput } from './guest-values.ts';
import { ReturnCode, SENTINEL } from './return-code.ts';
import { sealImport } from './seal-import.ts';

/** Longest storage key, `MaxStorageKeyLen` of the public chains that ran pallet-contracts. */
const MAX_KEY_BYTES = 128;

/**
 * Storage with keys and values of any length. A value may be empty and is then still there. Reads and removals are
 * priced by the value found, writes by the value given.
 */
export const storageFunctions: readonly HostFunction[] = [
  hostFunction(
    sealImport(2, 'set_storage', ['i32', 'i32', 'i32', 'i32'], 'i32', lengthsAt(1, 3)),
    (frame, key, keyLength, value, valueLength) => {
      refuseInStaticCall(frame);
      const bytes = readPayload(frame, value, valueLength);
      return replace(frame, readKey(frame, key, keyLength), bytes)?.length ?? SENTINEL;
    },
  ),
  hostFunction(
    sealImport(1, 'get_storage', ['i32', 'i32', 'i32', 'i32'], 'i32', keyAndStoredBytes),
    (frame, key, keyLength, output, outputLength) =>
      handOver(frame, output, outputLength, stored(frame, readKey(frame, key, keyLength))),
  ),
  hostFunction(
    sealImport(1, 'contains_storage', ['i32', 'i32'], 'i32', lengthAt(1)),
    (frame, key, keyLength) => stored(frame, readKey(frame, key, keyLength))?.length ?? SENTINEL,
  ),
  hostFunction(sealImport(1, 'clear_storage', ['i32', 'i32'], 'i32', keyAndStoredBytes), (frame, key, keyLength) => {
    refuseInStaticCall(frame);
    return replace(frame, readKey(frame, key, keyLength), undefined)?.length ?? SENTINEL;
  }),
  hostFunction(
    sealImport(0, 'take_storage', ['i32', 'i32', 'i32', 'i32'], 'i32', keyAndStoredBytes),
    (frame, key, keyLength, output, outputLength) => {
      refuseInStaticCall(frame);
      return handOver(frame, output, outputLength, replace(frame, readKey(frame, key, keyLength), undefined));
    },
  ),
];

function readKey(frame: Frame, pointer: number, length: number): string {
  if (length >>> 0 > MAX_KEY_BYTES) throw new GuestTrap(TrapCode.HostArgumentInvalid);
  return keyOfBytes(readBytes(frame.memory, pointer, length));
}

function stored(frame: Frame, key: string): Uint8Array | undefined {
  return frame.state.findStorage(frame.account, key);
}

/** Returns what was there before. */
function replace(frame: Frame, key: string, value: Uint8Array | undefined): Uint8Array | undefined {
  const before = stored(frame, key);
  if (before !== undefined || value !== undefined) frame.state.putStorage(frame.account, key, value);
  return before;
}

function handOver(frame: Frame, output: number, outputLength: number, value: Uint8Array | undefined): ReturnCode {
  if (value === undefined) return ReturnCode.KeyNotFound;
  writeOutput(frame, output, outputLength, value);
  return ReturnCode.Success;
}

function keyAndStoredBytes(frame: Frame, args: readonly (number | bigint)[]): number {
  const key = readKey(frame, Number(args[0]), Number(args[1]));
  return key.length + (stored(frame, key)?.length ?? 0);
}
