// For loops that are there to be timed.
#pragma once

#include <stdint.h>

namespace trimeter {

/**
 * Hides from the compiler what it knows about a value, without an instruction: a loop that passes its state through this
 * cannot be put into a formula or taken several rounds at a time. Goes with `#pragma GCC unroll 1`, because binaryen comes
 * later and would see through an unrolled loop.
 */
inline void opaque(uint64_t& value) { asm volatile("" : "+r"(value)); }

}  // namespace trimeter
