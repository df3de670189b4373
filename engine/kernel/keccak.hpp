// Keccak: the permutation of FIPS 202 with 24 rounds for keccak-256, and with its last 12 for TurboSHAKE128 (RFC 9861).
//
// The guest's SDK has the plain form. This one is for V8: one round per turn of the loop, and six lanes kept complemented,
// which leaves 7 of the 25 negations of a round ("lane complementing", section 2.2 of the Keccak implementation overview,
// https://keccak.team/files/Keccak-implementation-3.2.pdf). Of the variants measured on V8 11 and 13 (two, four and all
// rounds unrolled, parities computed a round ahead, lanes in memory) none was faster on both.
#pragma once

#include "sdk/keccak.hpp"
#include "words.hpp"

namespace trimeter::kernel {

inline constexpr uint32_t keccak_rate_bytes = 136;
inline constexpr uint32_t turboshake_rate_bytes = 168;
inline constexpr int complemented_lanes[6] = {1, 2, 8, 12, 17, 20};

/** Row y of rho and pi, by lane x + 5y of the result. */
template <int Y>
[[gnu::always_inline]] inline void rotate_row(const uint64_t* in, const uint64_t* effect, uint64_t* row) {
#pragma GCC unroll 5
  for (int x = 0; x < 5; x++) {
    const int from = (x + 3 * Y) % 5 + 5 * x;
    row[x] = detail::rotate_left(in[from] ^ effect[from % 5], detail::keccak_rotations[from]);
  }
}

template <int Rounds>
[[gnu::always_inline]] inline void permute_lanes(uint64_t* state) {
  uint64_t in[25];
#pragma GCC unroll 25
  for (int i = 0; i < 25; i++) in[i] = state[i];
#pragma GCC unroll 6
  for (const int lane : complemented_lanes) in[lane] = ~in[lane];
#pragma clang loop unroll(disable)
  for (int round = 24 - Rounds; round < 24; round++) {
    uint64_t out[25];
    uint64_t parity[5];
    uint64_t effect[5];
    uint64_t row[5];
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) parity[x] = in[x] ^ in[x + 5] ^ in[x + 10] ^ in[x + 15] ^ in[x + 20];
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) effect[x] = parity[(x + 4) % 5] ^ detail::rotate_left(parity[(x + 1) % 5], 1);

    rotate_row<0>(in, effect, row);
    out[0] = row[0] ^ (row[1] | row[2]) ^ detail::keccak_round_constants[round];
    out[1] = row[1] ^ (~row[2] | row[3]);
    out[2] = row[2] ^ (row[3] & row[4]);
    out[3] = row[3] ^ (row[4] | row[0]);
    out[4] = row[4] ^ (row[0] & row[1]);

    rotate_row<1>(in, effect, row);
    out[5] = row[0] ^ (row[1] | row[2]);
    out[6] = row[1] ^ (row[2] & row[3]);
    out[7] = row[2] ^ (row[3] | ~row[4]);
    out[8] = row[3] ^ (row[4] | row[0]);
    out[9] = row[4] ^ (row[0] & row[1]);

    rotate_row<2>(in, effect, row);
    out[10] = row[0] ^ (row[1] | row[2]);
    out[11] = row[1] ^ (row[2] & row[3]);
    out[12] = row[2] ^ (~row[3] & row[4]);
    out[13] = ~row[3] ^ (row[4] | row[0]);
    out[14] = row[4] ^ (row[0] & row[1]);

    rotate_row<3>(in, effect, row);
    out[15] = row[0] ^ (row[1] & row[2]);
    out[16] = row[1] ^ (row[2] | row[3]);
    out[17] = row[2] ^ (~row[3] | row[4]);
    out[18] = ~row[3] ^ (row[4] & row[0]);
    out[19] = row[4] ^ (row[0] | row[1]);

    rotate_row<4>(in, effect, row);
    out[20] = row[0] ^ (~row[1] & row[2]);
    out[21] = ~row[1] ^ (row[2] | row[3]);
    out[22] = row[2] ^ (row[3] & row[4]);
    out[23] = row[3] ^ (row[4] | row[0]);
    out[24] = row[4] ^ (row[0] & row[1]);

#pragma GCC unroll 25
    for (int i = 0; i < 25; i++) in[i] = out[i];
  }
#pragma GCC unroll 6
  for (const int lane : complemented_lanes) in[lane] = ~in[lane];
#pragma GCC unroll 25
  for (int i = 0; i < 25; i++) state[i] = in[i];
}

template <int Rounds>
[[gnu::noinline]] void permute(uint64_t* state) {
  permute_lanes<Rounds>(state);
}

/** Absorbs all data, the last block padded with `domain`, and permutes: what stands in the state is the first output. */
template <int Rounds>
void absorb(uint64_t* state, const uint8_t* data, uint32_t size, uint32_t rate_bytes, uint8_t domain) {
  const auto add_lanes = [state](const uint8_t* bytes, uint32_t lanes) {
    for (uint32_t i = 0; i < lanes; i++) state[i] ^= detail::load_lane(bytes + 8 * i);
  };
  for (; size >= rate_bytes; size -= rate_bytes, data += rate_bytes) {
    add_lanes(data, rate_bytes / 8);
    permute<Rounds>(state);
  }
  add_lanes(data, size / 8);
  uint64_t last = domain;
  for (uint32_t i = size; i-- > (size & ~7u);) last = last << 8 | data[i];
  state[size / 8] ^= last;
  state[rate_bytes / 8 - 1] ^= uint64_t{1} << 63;
  permute<Rounds>(state);
}

inline Word keccak256(const uint8_t* data, uint32_t size) {
  uint64_t state[25]{};
  absorb<24>(state, data, size, keccak_rate_bytes, 0x01);
  return {state[0], state[1], state[2], state[3]};
}

/** Of exactly 64 bytes. */
[[gnu::always_inline]] inline Word keccak256(const Word& low, const Word& high) {
  uint64_t state[25] = {low.a, low.b, low.c, low.d, high.a, high.b, high.c, high.d, 0x01};
  state[keccak_rate_bytes / 8 - 1] = uint64_t{1} << 63;
  permute_lanes<24>(state);
  return {state[0], state[1], state[2], state[3]};
}

}  // namespace trimeter::kernel
