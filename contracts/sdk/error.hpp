// Custom errors: `using TooLarge = error<"TooLarge", uint256>;` and `revert<TooLarge>(n)`.
#pragma once

#include "abi.hpp"

namespace trimeter {

template <literal name, class... Fields>
struct error {
  static constexpr uint32_t selector = detail::keccak256(detail::describe<Fields...>(name.text)).selector();

  // By value: a reference would keep the caller's integers in memory on the path that does not revert.
  [[noreturn, gnu::noinline, gnu::cold]] static void revert(Fields... fields) {
    detail::with_encoding<4>(
        [](uint8_t* data, size_t size) {
          detail::store_selector(selector, data);
          revert_with(data, size);
        },
        fields...);
    __builtin_unreachable();
  }
};

/** `revert("why")` and the message of `require`. */
using Error = error<"Error", string>;

template <class E, class... Fields>
[[noreturn]] void revert(const Fields&... fields) {
  E::revert(fields...);
}

}  // namespace trimeter
