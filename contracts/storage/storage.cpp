// Consecutive storage slots, and transient storage, with as little computation as possible around them.
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

constexpr uint64_t count_limit = 256;
constexpr uint64_t cell_count = 4096;

constexpr stored_array<uint256, cell_count> cells{0};
constexpr stored<uint256> writes{cell_count};
constexpr transient<uint256> scratch{0};

using Written = event<"Written", indexed<uint256>, uint256>;
using TooManyCells = error<"TooManyCells", uint256, uint256>;

uint64_t checked_count(const uint256& count) {
  if (count > count_limit) revert<TooManyCells>(count, count_limit);
  return count.limb[0];
}

void write(uint256 start, uint256 count, uint256 seed) {
  const uint64_t end = checked_count(count);
  for (uint64_t i = 0; i < end; i++) cells[start + i] = seed + i;
  writes = add(writes, 1);
  emit<Written>(start, count);
}

uint256 read(uint256 start, uint256 count) {
  const uint64_t end = checked_count(count);
  uint256 sum;
  for (uint64_t i = 0; i < end; i++) sum = sum + cells[start + i];
  return sum;
}

void clear(uint256 start, uint256 count) {
  const uint64_t end = checked_count(count);
  for (uint64_t i = 0; i < end; i++) cells[start + i] = 0;
}

uint256 write_count() { return writes; }

uint256 accumulate(uint256 count, uint256 step) {
  const uint64_t end = checked_count(count);
  for (uint64_t i = 0; i < end; i++) scratch = add(scratch, step);
  return scratch;
}

}  // namespace

TRIMETER_CONTRACT(
  method<"write", write>,
  view<"read", read>,
  method<"clear", clear>,
  view<"writeCount", write_count>,
  method<"accumulate", accumulate>
)
