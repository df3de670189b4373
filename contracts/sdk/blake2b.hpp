// BLAKE2b (RFC 7693) without a key and with a digest of 32 bytes, in plain C++ that guests and native code share.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace trimeter {
namespace detail {

/** RFC 7693, section 2.6. */
inline constexpr uint64_t blake2b_start[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/** Section 2.7: which word of the block is mixed in when. Rounds 10 and 11 are as 0 and 1. */
inline constexpr uint8_t blake2b_order[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

constexpr uint64_t rotate_right(uint64_t value, int bits) { return value >> bits | value << (64 - bits); }

/** Section 3.1. */
constexpr void blake2b_mix(uint64_t& a, uint64_t& b, uint64_t& c, uint64_t& d, uint64_t x, uint64_t y) {
  a += b + x;
  d = rotate_right(d ^ a, 32);
  c += d;
  b = rotate_right(b ^ c, 24);
  a += b + y;
  d = rotate_right(d ^ a, 16);
  c += d;
  b = rotate_right(b ^ c, 63);
}

/** Section 3.2. All loops unroll, so that the work vector lives in registers. */
constexpr void blake2b_compress(uint64_t* state, const uint64_t* block, uint64_t bytes_so_far, bool is_last) {
  uint64_t v[16]{};
  for (int i = 0; i < 8; i++) {
    v[i] = state[i];
    v[i + 8] = blake2b_start[i];
  }
  v[12] ^= bytes_so_far;
  if (is_last) v[14] = ~v[14];
#pragma GCC unroll 12
  for (int round = 0; round < 12; round++) {
    const uint8_t* order = blake2b_order[round % 10];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
      blake2b_mix(v[i], v[i + 4], v[i + 8], v[i + 12], block[order[2 * i]], block[order[2 * i + 1]]);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
      blake2b_mix(v[i], v[(i + 1) % 4 + 4], v[(i + 2) % 4 + 8], v[(i + 3) % 4 + 12], block[order[2 * i + 8]],
                  block[order[2 * i + 9]]);
  }
  for (int i = 0; i < 8; i++) state[i] ^= v[i] ^ v[i + 8];
}

}  // namespace detail

/** `digest` is 32 bytes and may overlap the data. Words are little-endian, as the machines are that this runs on. */
inline void blake2b_256(const uint8_t* data, size_t size, uint8_t* digest) {
  uint64_t state[8];
  for (int i = 0; i < 8; i++) state[i] = detail::blake2b_start[i];
  state[0] ^= 0x01010000 ^ 32;
  uint64_t block[16];
  size_t done = 0;
  // The last block is never empty, unless there is no data.
  for (; size - done > sizeof block; done += sizeof block) {
    __builtin_memcpy(block, data + done, sizeof block);
    detail::blake2b_compress(state, block, done + sizeof block, false);
  }
  for (uint64_t& word : block) word = 0;
  __builtin_memcpy(block, data + done, size - done);
  detail::blake2b_compress(state, block, size, true);
  __builtin_memcpy(digest, state, 32);
}

}  // namespace trimeter
