// The 256-bit arithmetic of the EVM on words as guests keep them, big-endian: the same functions that contracts are built with.
#pragma once

#include "sdk/uint256.hpp"
#include "words.hpp"

namespace trimeter::kernel {

inline uint256 number_of(const Word& word) {
  return {__builtin_bswap64(word.d), __builtin_bswap64(word.c), __builtin_bswap64(word.b), __builtin_bswap64(word.a)};
}

inline Word word_of(const uint256& number) {
  return {__builtin_bswap64(number.limb[3]), __builtin_bswap64(number.limb[2]), __builtin_bswap64(number.limb[1]),
          __builtin_bswap64(number.limb[0])};
}

}  // namespace trimeter::kernel
