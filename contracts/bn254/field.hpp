// Integers modulo the prime of alt_bn128, in Montgomery's form: a number is held as its product with R = 2^256, which
// makes reduction after a product a matter of shifts. P. L. Montgomery, Modular multiplication without trial division
// (1985).
#pragma once

#include "sdk/uint256.hpp"

namespace bn254 {

using trimeter::uint256;

inline constexpr uint256 prime{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029};

namespace detail {

/** For a number below twice the prime. */
constexpr uint256 reduce_once(const uint256& value) {
  const trimeter::checked_uint256 reduced = trimeter::checked_sub(value, prime);
  return reduced.overflow ? value : reduced.value;
}

/** -1 / prime modulo 2^64: five steps of Newton's iteration, each of which doubles the bits that are right. */
consteval uint64_t negative_inverse() {
  uint64_t inverse = prime.limb[0];  // right in the lowest three bits
  for (int i = 0; i < 5; i++) inverse *= 2 - prime.limb[0] * inverse;
  return -inverse;
}

consteval uint256 power_of_two(int exponent) {
  uint256 power = 1;
  for (int i = 0; i < exponent; i++) power = reduce_once(power + power);
  return power;
}

inline constexpr uint64_t inverse = negative_inverse();
inline constexpr uint256 r = power_of_two(256);
inline constexpr uint256 r_squared = power_of_two(512);

/**
 * a * b / R. Limb by limb, the product of one limb and the multiple of the prime that clears the lowest limb of the sum:
 * the sum then moves down by a limb. It needs no fifth limb, because the prime's highest bits are zero.
 */
constexpr uint256 montgomery(const uint256& a, const uint256& b) {
  using trimeter::detail::high;
  using trimeter::detail::low;
  using trimeter::detail::multiply_add;
  using trimeter::detail::wide;
  uint64_t sum[4]{};
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    wide product = multiply_add(a.limb[0], b.limb[i], sum[0], 0);
    const uint64_t factor = low(product) * inverse;
    wide cleared = multiply_add(factor, prime.limb[0], low(product), 0);
#pragma GCC unroll 3
    for (int j = 1; j < 4; j++) {
      product = multiply_add(a.limb[j], b.limb[i], sum[j], high(product));
      cleared = multiply_add(factor, prime.limb[j], low(product), high(cleared));
      sum[j - 1] = low(cleared);
    }
    sum[3] = high(product) + high(cleared);
  }
  return reduce_once({sum[0], sum[1], sum[2], sum[3]});
}

}  // namespace detail

class element {
 public:
  constexpr element() = default;

  /** Of a number below the prime. */
  static constexpr element from(const uint256& value) { return element(detail::montgomery(value, detail::r_squared)); }
  static constexpr element one() { return element(detail::r); }

  constexpr uint256 value() const { return detail::montgomery(scaled, 1); }
  constexpr bool is_zero() const { return scaled.is_zero(); }
  constexpr element square() const { return *this * *this; }
  constexpr element twice() const { return *this + *this; }

  /** Zero for zero. Fermat: the power prime - 2. */
  constexpr element inverse() const {
    const uint256 exponent = prime - 2;
    element power = one();
    for (int bit = 253; bit >= 0; bit--) {
      power = power.square();
      if (exponent.limb[bit / 64] >> (bit % 64) & 1) power = power * *this;
    }
    return power;
  }

  friend constexpr element operator+(const element& a, const element& b) {
    return element(detail::reduce_once(a.scaled + b.scaled));
  }
  friend constexpr element operator-(const element& a, const element& b) {
    const trimeter::checked_uint256 difference = trimeter::checked_sub(a.scaled, b.scaled);
    return element(difference.overflow ? difference.value + prime : difference.value);
  }
  friend constexpr element operator*(const element& a, const element& b) {
    return element(detail::montgomery(a.scaled, b.scaled));
  }
  friend constexpr bool operator==(const element& a, const element& b) { return a.scaled == b.scaled; }

 private:
  uint256 scaled;

  explicit constexpr element(const uint256& value) : scaled(value) {}
};

}  // namespace bn254
