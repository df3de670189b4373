// The ways to give up a call that carry no arguments. `error.hpp` has those that do.
#pragma once

#include "vm_hooks.hpp"

namespace trimeter {

/** Undoes the call, with these bytes as its output. */
[[noreturn]] inline void revert_with(const uint8_t* data, size_t size) {
  host::write_result(data, size);
  host::exit_early(1);
}

/** What Solidity does with calldata that does not decode: a revert without data. */
[[noreturn, gnu::noinline, gnu::cold]] inline void revert() { host::exit_early(1); }

/** Codes of Panic(uint256): https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require */
enum class panic_code : uint8_t {
  assertion = 0x01,
  arithmetic = 0x11,
  division_by_zero = 0x12,
  pop_of_empty_array = 0x31,
  index_out_of_bounds = 0x32,
  out_of_memory = 0x41,
};

/** Panic(uint256): what Solidity reverts with when a check that it added fails. */
[[noreturn, gnu::noinline, gnu::cold]] inline void panic(panic_code code) {
  uint8_t data[36] = {0x4e, 0x48, 0x7b, 0x71};
  data[35] = static_cast<uint8_t>(code);
  revert_with(data, sizeof data);
}

}  // namespace trimeter
