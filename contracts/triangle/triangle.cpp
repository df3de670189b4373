// The n-th triangular number, the slow way: `opaque` and `unroll 1` keep one addition to a round. Without the first,
// compilers return n * (n + 1) / 2; without the second, binaryen adds four numbers at once.
#include "sdk/contract.hpp"
#include "sdk/opaque.hpp"

using namespace trimeter;

namespace {

constexpr uint64_t limit = 1'000'000;

using InputTooLarge = error<"InputTooLarge", uint256, uint256>;

uint64_t sum(uint64_t n) {
  if (n > limit) revert<InputTooLarge>(n, limit);
  uint64_t total = 0;
#pragma GCC unroll 1
  for (uint64_t i = 1; i <= n; i++) {
    total += i;
    opaque(total);
  }
  return total;
}

}  // namespace

TRIMETER_CONTRACT(view<"sum", sum>)
