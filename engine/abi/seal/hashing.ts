import { sha256 } from '../../../metering/format/sha256.ts';
import { readBytes, writeBytes } from '../../guest-memory.ts';
import { keccak256 } from '../../kernel/keccak.ts';
import { type HostFunction, hostFunction, lengthAt } from '../host-function.ts';
import { blake2 } from './blake2.ts';
import { sealImport } from './seal-import.ts';

/** Hashes of a guest's bytes, written where the guest says: the result may lie over the input. */
export const hashFunctions: readonly HostFunction[] = [
  hash('hash_blake2_128', (bytes) => blake2(bytes, 16)),
  hash('hash_blake2_256', (bytes) => blake2(bytes, 32)),
  hash('hash_sha2_256', (bytes) => sha256(bytes)),
  hash('hash_keccak_256', keccak256),
];

function hash(name: string, digest: (bytes: Uint8Array) => Uint8Array): HostFunction {
  return hostFunction(
    sealImport(0, name, ['i32', 'i32', 'i32'], undefined, lengthAt(1)),
    (frame, input, inputLength, output) =>
      writeBytes(frame.memory, output, digest(readBytes(frame.memory, input, inputLength))),
  );
}
