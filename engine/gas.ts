/**
 * Largest gas limit: 2^62, so that no sum of charges can wrap a signed 64-bit counter.
 *
 * @example
 * console.log(MAX_GAS === 2n ** 62n); // true
 */
export const MAX_GAS: bigint = 1n << 62n;

/** The gas counter and stack budget of one running contract, wherever the machine keeps them. */
export interface GasMeter {
  /**
   * Deducts `amount`, a non-negative integer below 2^53.
   * @throws GuestTrap OutOfGas if less is left.
   */
  charge(amount: number): void;
  left(): bigint;
  /** Deducts what a child call used, which is never more than is left. */
  spend(amount: bigint): void;
  stackWordsLeft(): number;
}
