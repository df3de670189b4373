/** Largest call data, output or event data, in bytes: the same on every machine and under every schedule. */
export const payloadBytes: number = 128 << 10;

/** Most that creation code and constructor arguments come to on an EVM, in bytes: EIP-3860. */
export const creationBytes = 49_152;

/** Most events of one call from outside, on every machine and under every schedule. */
export const eventsPerCall = 256;

/** Most that the messages of one `callMany` or `loadBatch` may come to: each its call data and `messageBytes`. */
export const batchBytes: number = 1 << 30;
/** What a message counts beside its call data: about what its copy and its arrays take in the process. */
export const messageBytes = 1024;
