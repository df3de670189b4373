// A chain of 256-bit multiplications: a counted loop with a long dependent body.
#include "sdk/uint256.hpp"

using trimeter::uint256;

/** x = x * y + y, `count` times, modulo 2^256. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t count) {
  uint256 x{3, 1, 4, 1};
  const uint256 y{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 0x2545f4914f6cdd1d};
  for (uint32_t i = 0; i < count; i++) x = x * y + y;
  return x.limb[0] ^ x.limb[1] ^ x.limb[2] ^ x.limb[3];
}
