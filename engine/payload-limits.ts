/** Largest call data, output or event data, in bytes: the same on every machine and under every schedule. */
export const payloadBytes: number = 128 << 10;

/** Most events of one call from outside, on every machine and under every schedule. */
export const eventsPerCall = 256;
