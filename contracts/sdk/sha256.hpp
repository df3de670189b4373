// SHA-256 (FIPS 180-4), in plain C++ that guests, native code and constant expressions share.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace trimeter {
namespace detail {

/** FIPS 180-4, section 4.2.2. */
inline constexpr uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

constexpr uint32_t rotate_right(uint32_t value, int bits) { return value >> bits | value << (32 - bits); }

/** The compression function of section 6.2.2 on a block of 16 words, which it uses up. */
constexpr void sha256_compress(uint32_t* state, uint32_t* block) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int round = 0; round < 64; round += 16) {
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      if (round != 0) {
        const uint32_t x = block[(i + 1) % 16];
        const uint32_t y = block[(i + 14) % 16];
        block[i] += (rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3) + block[(i + 9) % 16] +
                    (rotate_right(y, 17) ^ rotate_right(y, 19) ^ y >> 10);
      }
      const uint32_t mixed = h + (rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)) +
                             (g ^ (e & (f ^ g))) + sha256_constants[round + i] + block[i];
      const uint32_t majority = (a & b) | (c & (a | b));
      h = g, g = f, f = e, e = d + mixed;
      d = c, c = b, b = a;
      a = mixed + (rotate_right(b, 2) ^ rotate_right(b, 13) ^ rotate_right(b, 22)) + majority;
    }
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

/** Four bytes, most significant first. */
constexpr uint32_t load_be32(const uint8_t* bytes) {
  return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
         static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

}  // namespace detail

/** `digest` is 32 bytes and may overlap the data. */
constexpr void sha256(const uint8_t* data, size_t size, uint8_t* digest) {
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint32_t block[16]{};
  size_t rest = size;
  for (; rest >= 64; rest -= 64, data += 64) {
    for (int i = 0; i < 16; i++) block[i] = detail::load_be32(data + 4 * i);
    detail::sha256_compress(state, block);
  }
  for (uint32_t& word : block) word = 0;
  for (size_t i = 0; i < rest; i++) block[i / 4] |= static_cast<uint32_t>(data[i]) << (24 - 8 * (i % 4));
  block[rest / 4] |= uint32_t{0x80} << (24 - 8 * (rest % 4));
  if (rest >= 56) {
    detail::sha256_compress(state, block);
    for (uint32_t& word : block) word = 0;
  }
  const uint64_t bits = static_cast<uint64_t>(size) * 8;
  block[14] = static_cast<uint32_t>(bits >> 32);
  block[15] = static_cast<uint32_t>(bits);
  detail::sha256_compress(state, block);
  for (int i = 0; i < 32; i++) digest[i] = static_cast<uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
}

}  // namespace trimeter
