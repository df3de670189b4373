// Keccak-256 as Ethereum uses it: Keccak[512] of FIPS 202 with the padding of the original submission, 0x01 and not 0x06.
// The same code runs in guests, in the native host, in the engine's hashing kernel and in constant expressions.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace trimeter {
namespace detail {

/** FIPS 202, algorithm 5; lane 0 of each round. */
inline constexpr uint64_t keccak_round_constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
    0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
    0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/** FIPS 202, table 2, by lane x + 5y. */
inline constexpr int keccak_rotations[25] = {
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
};

constexpr uint64_t rotate_left(uint64_t value, int bits) { return value << bits | value >> (-bits & 63); }

/** One round from `in` to `out`. All loops unroll, so that the lanes live in registers. */
[[gnu::always_inline]] constexpr void keccak_round(const uint64_t* in, uint64_t* out, uint64_t constant) {
  uint64_t parity[5]{};
  uint64_t effect[5]{};
#pragma GCC unroll 5
  for (int x = 0; x < 5; x++) parity[x] = in[x] ^ in[x + 5] ^ in[x + 10] ^ in[x + 15] ^ in[x + 20];
#pragma GCC unroll 5
  for (int x = 0; x < 5; x++) effect[x] = parity[(x + 4) % 5] ^ rotate_left(parity[(x + 1) % 5], 1);
#pragma GCC unroll 5
  for (int y = 0; y < 5; y++) {
    uint64_t row[5]{};
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) {
      const int from = (x + 3 * y) % 5 + 5 * x;
      row[x] = rotate_left(in[from] ^ effect[from % 5], keccak_rotations[from]);
    }
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) out[x + 5 * y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
  }
  out[0] ^= constant;
}

constexpr void keccak_permute(uint64_t* state) {
  uint64_t even[25]{};
  uint64_t odd[25]{};
#pragma GCC unroll 25
  for (int i = 0; i < 25; i++) even[i] = state[i];
  for (int round = 0; round < 24; round += 2) {
    keccak_round(even, odd, keccak_round_constants[round]);
    keccak_round(odd, even, keccak_round_constants[round + 1]);
  }
#pragma GCC unroll 25
  for (int i = 0; i < 25; i++) state[i] = even[i];
}

/** Eight bytes, least significant first. */
template <class Byte>
constexpr uint64_t load_lane(const Byte* bytes) {
  uint64_t lane = 0;
  if (__builtin_is_constant_evaluated()) {
    for (int i = 0; i < 8; i++) lane |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
  } else {
    __builtin_memcpy(&lane, bytes, 8);
  }
  return lane;
}

constexpr void store_lane(uint64_t lane, uint8_t* bytes) {
  if (__builtin_is_constant_evaluated()) {
    for (int i = 0; i < 8; i++) bytes[i] = static_cast<uint8_t>(lane >> (8 * i));
  } else {
    __builtin_memcpy(bytes, &lane, 8);
  }
}

}  // namespace detail

/** `digest` is 32 bytes and may overlap the data. `Byte` is uint8_t, or char for text. */
template <class Byte>
constexpr void keccak256(const Byte* data, size_t size, uint8_t* digest) {
  constexpr int rate_lanes = 17;
  uint64_t state[25]{};
  for (; size >= 8 * rate_lanes; size -= 8 * rate_lanes, data += 8 * rate_lanes) {
    for (int i = 0; i < rate_lanes; i++) state[i] ^= detail::load_lane(data + 8 * i);
    detail::keccak_permute(state);
  }
  const size_t lanes = size / 8;
  for (size_t i = 0; i < lanes; i++) state[i] ^= detail::load_lane(data + 8 * i);
  uint64_t last = 1;
  for (size_t i = size; i-- > 8 * lanes;) last = last << 8 | static_cast<uint8_t>(data[i]);
  state[lanes] ^= last;
  state[rate_lanes - 1] ^= uint64_t{1} << 63;
  detail::keccak_permute(state);
  for (int i = 0; i < 4; i++) detail::store_lane(state[i], digest + 8 * i);
}

}  // namespace trimeter
