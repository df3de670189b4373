/** One storage slot with a value other than zero. On the EVM view both are 32 bytes. */
export interface StorageEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}
