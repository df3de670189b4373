/** What every named account starts with. */
export const fundsWei: bigint = 10n ** 24n;

/** For the workloads of a benchmark, which are known to end: more than any uses under any schedule. */
export const workloadGas: bigint = 1n << 40n;
