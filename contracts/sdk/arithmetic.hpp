// Arithmetic as Solidity writes it: these panic where the result does not fit. The operators of `uint256` wrap, as in an
// `unchecked` block.
#pragma once

#include "panic.hpp"
#include "uint256.hpp"

namespace trimeter {

namespace detail {

inline uint256 or_panic(const checked_uint256& result) {
  if (result.overflow) panic(panic_code::arithmetic);
  return result.value;
}

}  // namespace detail

inline uint256 add(const uint256& a, const uint256& b) { return detail::or_panic(checked_add(a, b)); }
inline uint256 sub(const uint256& a, const uint256& b) { return detail::or_panic(checked_sub(a, b)); }
inline uint256 mul(const uint256& a, const uint256& b) { return detail::or_panic(checked_mul(a, b)); }

inline uint256 div(const uint256& a, const uint256& b) {
  if (b.is_zero()) panic(panic_code::division_by_zero);
  return a / b;
}

inline uint256 mod(const uint256& a, const uint256& b) {
  if (b.is_zero()) panic(panic_code::division_by_zero);
  return a % b;
}

}  // namespace trimeter
