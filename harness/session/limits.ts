/** What every named account starts with. */
export const fundsWei: bigint = 10n ** 24n;

/**
 * For calls that nobody has chosen: more than any call of a bundled contract uses, in any machine's unit, and so little that an
 * endless loop ends, even in the reference interpreter.
 */
export const ampleGas = 1_000_000_000n;

/** For the workloads of a benchmark, which are known to end: more than any uses under any schedule. */
export const workloadGas: bigint = 1n << 40n;
