// The sieve of Eratosthenes: counted loops of one store, with steps and bounds that are only known at run time.
#include <stdint.h>

static constexpr uint32_t max_limit = 1 << 18;
static bool is_composite[max_limit];

/** The number of primes below `limit`, which is at most 262144. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t limit) {
  if (limit > max_limit) __builtin_trap();
  for (uint32_t i = 0; i < limit; i++) is_composite[i] = false;
  uint64_t count = 0;
  for (uint32_t i = 2; i < limit; i++) {
    if (is_composite[i]) continue;
    count++;
    if (i < 65536)
      for (uint32_t multiple = i * i; multiple < limit; multiple += i) is_composite[multiple] = true;
  }
  return count;
}
