/**
 * What host functions of ink! return; the numbers are those of pallet-contracts (`ReturnErrorCode`). Everything else
 * that can go wrong there traps, and traps here: out of bounds pointers, output buffers that are too small, unknown flags.
 */
export const ReturnCode = {
  Success: 0,
  /** The callee trapped; its state is rolled back and it has no output. */
  CalleeTrapped: 1,
  /** The callee reverted; its output is handed over. */
  CalleeReverted: 2,
  KeyNotFound: 3,
  /** The balance does not cover the value. */
  TransferFailed: 5,
  CodeNotFound: 7,
  /** The account called has no code. */
  NotCallable: 8,
} as const;
export type ReturnCode = (typeof ReturnCode)[keyof typeof ReturnCode];

/** Stands for "no such value" in results, and for "do not write this output" in pointers. */
export const SENTINEL = 0xffff_ffff;
