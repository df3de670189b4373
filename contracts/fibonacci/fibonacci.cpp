// Pure computation: no storage, no events.
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

constexpr uint64_t iterative_limit = 1'000'000;
constexpr uint64_t recursive_limit = 30;

using InputTooLarge = error<"InputTooLarge", uint256, uint256>;

uint64_t iterative(uint64_t n) {
  if (n > iterative_limit) revert<InputTooLarge>(n, iterative_limit);
  uint64_t current = 0;
  uint64_t next = 1;
  for (uint64_t i = 0; i < n; i++) {
    const uint64_t sum = current + next;
    current = next;
    next = sum;
  }
  return current;
}

uint64_t recurse(uint32_t n) {
  if (n < 2) return n;
  return recurse(n - 1) + recurse(n - 2);
}

uint64_t recursive(uint32_t n) {
  if (n > recursive_limit) revert<InputTooLarge>(n, recursive_limit);
  return recurse(n);
}

}  // namespace

TRIMETER_CONTRACT(view<"iterative", iterative>, view<"recursive", recursive>)
