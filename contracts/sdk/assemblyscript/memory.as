// Memory for everything: a bump arena that never frees. Every call finds the module as it was compiled, and so an empty one.
import { PANIC_OUT_OF_MEMORY, panic } from "./revert";

const LIMIT_BYTES: usize = 16 << 20;

/** Counted from the end of the data: a global that starts at its address would need a start function. */
let used: usize = 0;

/** Zeroed bytes, valid until the call ends. Panics with 0x41 when there is no more memory, as Solidity does. */
export function allocate(size: usize): usize {
  if (size > LIMIT_BYTES) panic(PANIC_OUT_OF_MEMORY);
  const start = __heap_base + used;
  const end = start + ((size + 7) & ~7);
  const missingPages = <i32>((end + 0xffff) >>> 16) - memory.size();
  if (missingPages > 0 && memory.grow(missingPages) < 0) panic(PANIC_OUT_OF_MEMORY);
  used = end - __heap_base;
  return start;
}
