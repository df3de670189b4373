import type { CallText } from '../../contracts/contract-case.ts';

/** A call as people write it, in a replay file too. */
export type ReplayCall = CallText & {
  /** Decimal. Only for machines that all count gas in one unit. */
  readonly gasLimit?: string;
};
