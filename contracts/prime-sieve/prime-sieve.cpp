// The sieve of Eratosthenes, with a byte for each number.
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

constexpr uint256 limit = 100'000;

using InputTooLarge = error<"InputTooLarge", uint256, uint256>;

uint256 count_below(uint256 n) {
  if (n > limit) revert<InputTooLarge>(n, limit);
  const uint32_t end = static_cast<uint32_t>(n.limb[0]);
  uint8_t* is_composite = allocate(end);
  __builtin_memset(is_composite, 0, end);
  uint64_t count = 0;
  for (uint32_t i = 2; i < end; i++) {
    if (is_composite[i] != 0) continue;
    count++;
    // Multiples of i by smaller factors are crossed out already. The square of a 32-bit number needs 64.
    for (uint64_t multiple = uint64_t{i} * i; multiple < end; multiple += i) is_composite[multiple] = 1;
  }
  return count;
}

}  // namespace

TRIMETER_CONTRACT(view<"countBelow", count_below>)
