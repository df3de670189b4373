import { createHash } from 'node:crypto';

/** SHA-256 (FIPS 180-4) of the parts, one after another, 32 bytes. All that engine and metering use of Node for it. */
export function sha256(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** The same as 64 hex digits. */
export function sha256Hex(...parts: readonly (Uint8Array | string)[]): string {
  return Buffer.from(sha256(...parts)).toString('hex');
}
