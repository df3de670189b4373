// The product of odd numbers, one after the other: `opaque` and `unroll 1` keep one multiplication of the result to a
// round. Without them, native compilers multiply several numbers at once, in vectors.
#include "sdk/contract.hpp"
#include "sdk/opaque.hpp"

using namespace trimeter;

namespace {

constexpr uint64_t limit = 1'000'000;

using InputTooLarge = error<"InputTooLarge", uint256, uint256>;

uint64_t product(uint64_t n) {
  if (n > limit) revert<InputTooLarge>(n, limit);
  uint64_t result = 1;
#pragma GCC unroll 1
  for (uint64_t i = 1; i <= n; i++) {
    result *= 2 * i - 1;
    opaque(result);
  }
  return result;
}

}  // namespace

TRIMETER_CONTRACT(view<"product", product>)
