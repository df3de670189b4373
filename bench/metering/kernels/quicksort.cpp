// Quicksort after Hoare: short unpredictable loops within recursion.
#include <stdint.h>

static constexpr uint32_t max_count = 65536;
static uint32_t values[max_count];

static void sort(int32_t low, int32_t high) {
  while (low < high) {
    const uint32_t pivot = values[low + (high - low) / 2];
    int32_t left = low;
    int32_t right = high;
    while (left <= right) {
      while (values[left] < pivot) left++;
      while (values[right] > pivot) right--;
      if (left > right) break;
      const uint32_t swapped = values[left];
      values[left++] = values[right];
      values[right--] = swapped;
    }
    // The smaller half first, so that the recursion stays shallow.
    if (right - low < high - left) {
      sort(low, right);
      low = left;
    } else {
      sort(left, high);
      high = right;
    }
  }
}

/** Sorts `count` pseudo-random numbers, at most 65536. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t count) {
  if (count > max_count) __builtin_trap();
  uint32_t random = 12345;
  for (uint32_t i = 0; i < count; i++) {
    random = random * 1664525 + 1013904223;
    values[i] = random >> 4;
  }
  sort(0, static_cast<int32_t>(count) - 1);
  uint64_t checksum = 0;
  for (uint32_t i = 0; i < count; i++) checksum = checksum * 31 + values[i];
  return checksum;
}
