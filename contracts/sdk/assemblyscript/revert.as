// The ways to give up a call that carry no arguments. None of them returns.
import { exit_early, write_result } from "./host";

/** Undoes the call, with these bytes as its output. */
export function revertWith(data: usize, size: usize): void {
  write_result(data, size);
  revert();
}

/** What Solidity does with calldata that does not decode: a revert without data. */
export function revert(): void {
  exit_early(1);
  unreachable();
}

/** Codes of Panic(uint256), as in ../panic.hpp. */
export const PANIC_ARITHMETIC: u8 = 0x11;
export const PANIC_OUT_OF_MEMORY: u8 = 0x41;

/** Panic(uint256): what Solidity reverts with when a check that it added fails. */
export function panic(code: u8): void {
  const data = memory.data(36);
  store<u32>(data, bswap<u32>(0x4e487b71));
  store<u8>(data, code, 35);
  revertWith(data, 36);
}
