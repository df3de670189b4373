// The fixed-size values of the EVM's world as the host keeps them: raw bytes, compared and copied whole.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../../contracts/sdk/uint256.hpp"

namespace native {

using trimeter::uint256;

struct Address {
  uint8_t bytes[20];

  static Address read(const uint8_t* from) {
    Address address;
    __builtin_memcpy(address.bytes, from, 20);
    return address;
  }
  bool operator==(const Address& other) const { return __builtin_memcmp(bytes, other.bytes, 20) == 0; }
};

/** A storage key or value. */
struct Word {
  uint64_t parts[4];

  static Word read(const uint8_t* from) {
    Word word;
    __builtin_memcpy(word.parts, from, 32);
    return word;
  }
  void write(uint8_t* to) const { __builtin_memcpy(to, parts, 32); }
  bool operator==(const Word& other) const = default;
  bool is_zero() const { return (parts[0] | parts[1] | parts[2] | parts[3]) == 0; }
};

/** Both halves of the product: every bit of the input reaches every bit of the result. */
inline uint64_t fold(uint64_t a, uint64_t b) {
  __extension__ using uint128 = unsigned __int128;
  const uint128 product = static_cast<uint128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Odd constants with about as many ones as zeros: fractional digits of the square roots of 2, 3, 5 and 7.
inline constexpr uint64_t hash_seeds[4] = {0x6a09e667f3bcc909, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                           0xa54ff53a5f1d36f1};

inline uint64_t hash_of(const Word& word, uint64_t salt) {
  return fold(word.parts[0] ^ hash_seeds[0], word.parts[1] ^ hash_seeds[1]) ^
         fold(word.parts[2] ^ hash_seeds[2], word.parts[3] ^ hash_seeds[3] ^ salt);
}

inline uint64_t hash_of(const Address& address) {
  uint64_t parts[3] = {};
  __builtin_memcpy(parts, address.bytes, 20);
  return fold(parts[0] ^ hash_seeds[0], parts[1] ^ hash_seeds[1]) ^ fold(parts[2] ^ hash_seeds[2], hash_seeds[3]);
}

}  // namespace native
