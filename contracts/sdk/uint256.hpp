// Unsigned 256-bit integers with the EVM's arithmetic. Header only, no heap, no host calls, usable in constant
// expressions.
#pragma once

#include <stdint.h>

namespace trimeter {

struct uint256 {
  /** Least significant first. */
  uint64_t limb[4];

  constexpr uint256() : limb{} {}
  constexpr uint256(uint64_t value) : limb{value, 0, 0, 0} {}
  constexpr uint256(uint64_t limb0, uint64_t limb1, uint64_t limb2, uint64_t limb3) : limb{limb0, limb1, limb2, limb3} {}

  /** Reads 32 big-endian bytes. */
  static uint256 from_be(const uint8_t* bytes) {
    uint256 value;
    for (int i = 0; i < 4; i++) {
      uint64_t word;
      __builtin_memcpy(&word, bytes + 8 * (3 - i), 8);
      value.limb[i] = __builtin_bswap64(word);
    }
    return value;
  }

  /** Writes 32 big-endian bytes. */
  void to_be(uint8_t* bytes) const {
    for (int i = 0; i < 4; i++) {
      uint64_t word = __builtin_bswap64(limb[i]);
#if defined(__GNUC__) && !defined(__clang__)
      // With -O3 and AVX2, g++ 12 makes one vector move of this and a `from_be` before it, and mixes up the limbs. It does
      // not know what an empty assembler statement does to the word, and so moves each by itself.
      __asm__("" : "+r"(word));
#endif
      __builtin_memcpy(bytes + 8 * (3 - i), &word, 8);
    }
  }

  constexpr bool is_zero() const { return (limb[0] | limb[1] | limb[2] | limb[3]) == 0; }
  constexpr bool fits_u64() const { return (limb[1] | limb[2] | limb[3]) == 0; }

  /** Bit 255: the sign, where the value stands for an int256. */
  constexpr bool is_negative() const { return limb[3] >> 63 != 0; }

  /** Number of bits up to the highest one that is set; 0 for zero. */
  constexpr unsigned bit_length() const {
    for (int i = 3; i >= 0; i--)
      if (limb[i] != 0) return 64 * i + 64 - __builtin_clzll(limb[i]);
    return 0;
  }
};

inline constexpr uint256 max_uint256{~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}};

/** A result modulo 2^256, and whether the true result was another. */
struct checked_uint256 {
  uint256 value;
  bool overflow;
};

constexpr checked_uint256 checked_add(const uint256& a, const uint256& b) {
  checked_uint256 sum{};
  for (int i = 0; i < 4; i++) {
    const uint64_t partial = a.limb[i] + b.limb[i];
    const uint64_t total = partial + sum.overflow;
    sum.overflow = (partial < a.limb[i]) | (total < partial);
    sum.value.limb[i] = total;
  }
  return sum;
}

constexpr checked_uint256 checked_sub(const uint256& a, const uint256& b) {
  checked_uint256 difference{};
  for (int i = 0; i < 4; i++) {
    const uint64_t partial = a.limb[i] - b.limb[i];
    const uint64_t total = partial - difference.overflow;
    difference.overflow = (a.limb[i] < b.limb[i]) | (partial < total);
    difference.value.limb[i] = total;
  }
  return difference;
}

constexpr bool operator==(const uint256& a, const uint256& b) {
  return ((a.limb[0] ^ b.limb[0]) | (a.limb[1] ^ b.limb[1]) | (a.limb[2] ^ b.limb[2]) | (a.limb[3] ^ b.limb[3])) == 0;
}
constexpr bool operator<(const uint256& a, const uint256& b) { return checked_sub(a, b).overflow; }
constexpr bool operator>(const uint256& a, const uint256& b) { return b < a; }
constexpr bool operator<=(const uint256& a, const uint256& b) { return !(b < a); }
constexpr bool operator>=(const uint256& a, const uint256& b) { return !(a < b); }

constexpr uint256 operator&(const uint256& a, const uint256& b) {
  return {a.limb[0] & b.limb[0], a.limb[1] & b.limb[1], a.limb[2] & b.limb[2], a.limb[3] & b.limb[3]};
}
constexpr uint256 operator|(const uint256& a, const uint256& b) {
  return {a.limb[0] | b.limb[0], a.limb[1] | b.limb[1], a.limb[2] | b.limb[2], a.limb[3] | b.limb[3]};
}
constexpr uint256 operator^(const uint256& a, const uint256& b) {
  return {a.limb[0] ^ b.limb[0], a.limb[1] ^ b.limb[1], a.limb[2] ^ b.limb[2], a.limb[3] ^ b.limb[3]};
}
constexpr uint256 operator~(const uint256& a) { return {~a.limb[0], ~a.limb[1], ~a.limb[2], ~a.limb[3]}; }

/** Zero for shifts of 256 bits and more, as SHL. */
constexpr uint256 operator<<(const uint256& a, unsigned bits) {
  uint256 shifted;
  if (bits >= 256) return shifted;
  const int limbs = bits / 64;
  const unsigned rest = bits % 64;
  for (int i = 3; i >= limbs; i--) {
    shifted.limb[i] = a.limb[i - limbs] << rest;
    if (rest != 0 && i > limbs) shifted.limb[i] |= a.limb[i - limbs - 1] >> (64 - rest);
  }
  return shifted;
}

/** Zero for shifts of 256 bits and more, as SHR. */
constexpr uint256 operator>>(const uint256& a, unsigned bits) {
  uint256 shifted;
  if (bits >= 256) return shifted;
  const int limbs = bits / 64;
  const unsigned rest = bits % 64;
  for (int i = 0; i < 4 - limbs; i++) {
    shifted.limb[i] = a.limb[i + limbs] >> rest;
    if (rest != 0 && i < 3 - limbs) shifted.limb[i] |= a.limb[i + limbs + 1] << (64 - rest);
  }
  return shifted;
}

constexpr uint256 operator+(const uint256& a, const uint256& b) { return checked_add(a, b).value; }
constexpr uint256 operator-(const uint256& a, const uint256& b) { return checked_sub(a, b).value; }
constexpr uint256 operator-(const uint256& a) { return uint256{} - a; }

namespace detail {

__extension__ using wide = unsigned __int128;

/** a * b + c + d, which always fits. */
constexpr wide multiply_add(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
#ifdef __wasm__
  // A 128-bit product would be a call into a support library that freestanding modules do not have.
  const uint64_t mask = 0xffffffff;
  const uint64_t low = (a & mask) * (b & mask) + (c & mask) + (d & mask);
  const uint64_t middle = (a >> 32) * (b & mask) + (c >> 32) + (low >> 32);
  const uint64_t other = (a & mask) * (b >> 32) + (d >> 32) + (middle & mask);
  const uint64_t high = (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
  return static_cast<wide>(high) << 64 | (other << 32 | (low & mask));
#else
  return static_cast<wide>(a) * b + c + d;
#endif
}

constexpr uint64_t high(wide value) { return static_cast<uint64_t>(value >> 64); }
constexpr uint64_t low(wide value) { return static_cast<uint64_t>(value); }
constexpr wide join(uint64_t high, uint64_t low) { return static_cast<wide>(high) << 64 | low; }

/** The lowest `count` limbs of the product of two numbers of `limbs` limbs, by the school method. */
template <int limbs, int count>
constexpr void multiply(const uint256& a, const uint256& b, uint64_t* product) {
  for (int i = 0; i < count; i++) product[i] = 0;
#pragma GCC unroll 4
  for (int i = 0; i < limbs; i++) {
    uint64_t carry = 0;
    const int columns = count - i < limbs ? count - i : limbs;
#pragma GCC unroll 4
    for (int j = 0; j < columns; j++) {
      const wide sum = multiply_add(a.limb[i], b.limb[j], product[i + j], carry);
      product[i + j] = low(sum);
      carry = high(sum);
    }
    if (i + limbs < count) product[i + limbs] = carry;
  }
}

/** All eight limbs of the product. Most amounts are below 2^128, and then a quarter of the work will do. */
constexpr void multiply_fully(const uint256& a, const uint256& b, uint64_t* product) {
  if ((a.limb[2] | a.limb[3] | b.limb[2] | b.limb[3]) == 0)
    multiply<2, 8>(a, b, product);
  else
    multiply<4, 8>(a, b, product);
}

constexpr int significant_limbs(const uint64_t* limbs, int count) {
  while (count > 0 && limbs[count - 1] == 0) count--;
  return count;
}

/** Shifts left by less than a limb; the highest bits are returned. */
constexpr uint64_t shift_left(uint64_t* limbs, int count, int bits) {
  if (bits == 0) return 0;
  uint64_t carry = 0;
  for (int i = 0; i < count; i++) {
    const uint64_t next = limbs[i] >> (64 - bits);
    limbs[i] = limbs[i] << bits | carry;
    carry = next;
  }
  return carry;
}

constexpr void shift_right(uint64_t* limbs, int count, int bits) {
  if (bits == 0) return;
  for (int i = 0; i + 1 < count; i++) limbs[i] = limbs[i] >> bits | limbs[i + 1] << (64 - bits);
  limbs[count - 1] >>= bits;
}

/** floor((2^128 - 1) / d) - 2^64, for a divisor whose highest bit is set. */
constexpr uint64_t reciprocal(uint64_t d) {
#ifdef __wasm__
  // (2^128 - 1 - 2^64 d) / d in two steps of 32 bits, each estimate corrected at most twice.
  const uint64_t mask = 0xffffffff;
  uint64_t rest = ~d;
  uint64_t quotient = 0;
  for (int step = 0; step < 2; step++) {
    uint64_t digit = rest / (d >> 32);
    uint64_t below = rest - digit * (d >> 32);
    while (below <= mask && (digit > mask || digit * (d & mask) > (below << 32 | mask))) {
      digit--;
      below += d >> 32;
    }
    rest = (rest << 32 | mask) - digit * d;
    quotient = quotient << 32 | digit;
  }
  return quotient;
#else
  return low(join(~d, ~uint64_t{0}) / d);
#endif
}

// Division by multiplication with the reciprocal: Moeller and Granlund, Improved division by invariant integers (2011).

struct limb_division {
  uint64_t quotient;
  uint64_t remainder;
};

/** Their algorithm 4: (u1, u0) by d, for u1 < d. */
constexpr limb_division divide_2by1(uint64_t u1, uint64_t u0, uint64_t d, uint64_t inverse) {
  const wide estimate = multiply_add(inverse, u1, u0, 0) + join(u1, 0);
  uint64_t quotient = high(estimate) + 1;
  uint64_t remainder = u0 - quotient * d;
  if (remainder > low(estimate)) {
    quotient--;
    remainder += d;
  }
  if (remainder >= d) {
    quotient++;
    remainder -= d;
  }
  return {quotient, remainder};
}

/** Their algorithm 6: the inverse for two limbs from that of the higher one. */
constexpr uint64_t reciprocal(uint64_t d1, uint64_t d0) {
  uint64_t inverse = reciprocal(d1);
  uint64_t p = d1 * inverse + d0;
  if (p < d0) {
    inverse--;
    if (p >= d1) {
      inverse--;
      p -= d1;
    }
    p -= d1;
  }
  const wide t = multiply_add(inverse, d0, 0, 0);
  p += high(t);
  if (p < high(t)) {
    inverse--;
    if (join(p, low(t)) >= join(d1, d0)) inverse--;
  }
  return inverse;
}

struct wide_division {
  uint64_t quotient;
  wide remainder;
};

/** Their algorithm 5: (u2, u1, u0) by the two limbs of d, for (u2, u1) < d. */
constexpr wide_division divide_3by2(uint64_t u2, uint64_t u1, uint64_t u0, wide d, uint64_t inverse) {
  const wide estimate = multiply_add(inverse, u2, u1, 0) + join(u2, 0);
  uint64_t quotient = high(estimate) + 1;
  wide remainder = join(u1 - high(estimate) * high(d), u0) - multiply_add(high(estimate), low(d), 0, 0) - d;
  if (high(remainder) >= low(estimate)) {
    quotient--;
    remainder += d;
  }
  if (remainder >= d) {
    quotient++;
    remainder -= d;
  }
  return {quotient, remainder};
}

/** Subtracts `factor * limbs`; returns what is still to be taken from the limb above. */
template <int count>
constexpr uint64_t subtract_multiple(uint64_t* from, const uint64_t* limbs, uint64_t factor) {
  uint64_t carry = 0;
#pragma GCC unroll 2
  for (int i = 0; i < count; i++) {
    const wide product = multiply_add(limbs[i], factor, carry, 0);
    carry = high(product) + (from[i] < low(product));
    from[i] -= low(product);
  }
  return carry;
}

template <int count>
constexpr void add(uint64_t* to, const uint64_t* limbs) {
  uint64_t carry = 0;
  for (int i = 0; i < count; i++) {
    const wide sum = static_cast<wide>(to[i]) + limbs[i] + carry;
    to[i] = low(sum);
    carry = high(sum);
  }
}

/**
 * Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D, with each quotient limb estimated from three limbs
 * by two: `m + 1` limbs by `n`, the divisor's highest bit set. A template, so that the inner loops unroll.
 */
template <int n>
constexpr void divide_normalised(uint64_t* numerator, int m, const uint64_t* divisor, uint64_t* quotient) {
  if constexpr (n == 1) {
    const uint64_t inverse = reciprocal(divisor[0]);
    for (int j = m - 1; j >= 0; j--) {
      const limb_division step = divide_2by1(numerator[j + 1], numerator[j], divisor[0], inverse);
      quotient[j] = step.quotient;
      numerator[j + 1] = 0;
      numerator[j] = step.remainder;
    }
  } else {
    const wide highest = join(divisor[n - 1], divisor[n - 2]);
    const uint64_t inverse = reciprocal(divisor[n - 1], divisor[n - 2]);
    for (int j = m - n; j >= 0; j--) {
      uint64_t* top = numerator + j + n;
      // Where the two highest limbs equal the divisor's, the estimate is the largest limb, and the rest may need 129 bits.
      wide_division step{~uint64_t{0}, highest + top[-2]};
      bool wrapped = step.remainder < highest;
      if (join(top[0], top[-1]) != highest) {
        step = divide_3by2(top[0], top[-1], top[-2], highest, inverse);
        wrapped = false;
      }
      const uint64_t carry = subtract_multiple<n - 2>(numerator + j, divisor, step.quotient);
      const bool below_zero = (step.remainder < carry) != wrapped;
      step.remainder -= carry;
      top[0] = 0;
      top[-1] = high(step.remainder);
      top[-2] = low(step.remainder);
      if (below_zero) {
        step.quotient--;
        add<n>(numerator + j, divisor);
      }
      quotient[j] = step.quotient;
    }
  }
}

/**
 * `numerator` has `count` limbs and room for one more, and becomes the remainder. `divisor` has four, is not zero and may
 * be changed. `quotient` has room for `count` limbs, all zero.
 */
constexpr void divide(uint64_t* numerator, int count, uint64_t* divisor, uint64_t* quotient) {
  int m = significant_limbs(numerator, count);
  const int n = significant_limbs(divisor, 4);
  if (m < n) return;
  const int shift = __builtin_clzll(divisor[n - 1]);
  shift_left(divisor, n, shift);
  numerator[m] = shift_left(numerator, m, shift);
  if (numerator[m] == 0 && numerator[m - 1] < divisor[n - 1]) m--;  // the highest quotient limb is zero
  if (n == 1) divide_normalised<1>(numerator, m, divisor, quotient);
  if (n == 2) divide_normalised<2>(numerator, m, divisor, quotient);
  if (n == 3) divide_normalised<3>(numerator, m, divisor, quotient);
  if (n == 4) divide_normalised<4>(numerator, m, divisor, quotient);
  shift_right(numerator, n, shift);
}

struct division {
  uint256 quotient;
  uint256 remainder;
};

/** Zero and zero for a zero divisor. */
constexpr division divide(const uint256& a, const uint256& b) {
  if (a.fits_u64() && b.fits_u64()) {
    if (b.limb[0] == 0) return {};
    return {a.limb[0] / b.limb[0], a.limb[0] % b.limb[0]};
  }
  if (b.is_zero()) return {};
  uint64_t numerator[5]{a.limb[0], a.limb[1], a.limb[2], a.limb[3]};
  uint256 divisor = b;
  uint256 quotient;
  divide(numerator, 4, divisor.limb, quotient.limb);
  return {quotient, {numerator[0], numerator[1], numerator[2], numerator[3]}};
}

struct product_division {
  uint64_t quotient[8];
  uint256 remainder;
};

/** a * b by d, which must not be zero. */
constexpr product_division divide_product(const uint256& a, const uint256& b, uint256 d) {
  uint64_t product[9]{};
  product_division result{};
  multiply_fully(a, b, product);
  divide(product, 8, d.limb, result.quotient);
  result.remainder = {product[0], product[1], product[2], product[3]};
  return result;
}

}  // namespace detail

constexpr uint256 operator*(const uint256& a, const uint256& b) {
  uint256 product;
  detail::multiply<4, 4>(a, b, product.limb);
  return product;
}

constexpr checked_uint256 checked_mul(const uint256& a, const uint256& b) {
  uint64_t product[8]{};
  detail::multiply_fully(a, b, product);
  return {{product[0], product[1], product[2], product[3]}, (product[4] | product[5] | product[6] | product[7]) != 0};
}

/** Zero for a zero divisor, as DIV. */
constexpr uint256 operator/(const uint256& a, const uint256& b) { return detail::divide(a, b).quotient; }

/** Zero for a zero divisor, as MOD. */
constexpr uint256 operator%(const uint256& a, const uint256& b) { return detail::divide(a, b).remainder; }

/** Of int256 values in two's complement, rounded towards zero, as SDIV: -2^255 / -1 is -2^255. */
constexpr uint256 sdiv(const uint256& a, const uint256& b) {
  const uint256 quotient = (a.is_negative() ? -a : a) / (b.is_negative() ? -b : b);
  return a.is_negative() == b.is_negative() ? quotient : -quotient;
}

/** (a + b) mod m over the full sum; zero for m = 0, as ADDMOD. */
constexpr uint256 addmod(const uint256& a, const uint256& b, const uint256& m) {
  if (m.is_zero()) return 0;
  const checked_uint256 sum = checked_add(a < m ? a : a % m, b < m ? b : b % m);
  const checked_uint256 reduced = checked_sub(sum.value, m);
  return sum.overflow || !reduced.overflow ? reduced.value : sum.value;
}

/** (a * b) mod m over the full product; zero for m = 0, as MULMOD. */
constexpr uint256 mulmod(const uint256& a, const uint256& b, const uint256& m) {
  if (m.is_zero()) return 0;
  return detail::divide_product(a, b, m).remainder;
}

/** floor(a * b / d) over the full product. d must not be zero. */
constexpr checked_uint256 mul_div(const uint256& a, const uint256& b, const uint256& d) {
  const auto [q, remainder] = detail::divide_product(a, b, d);
  return {{q[0], q[1], q[2], q[3]}, (q[4] | q[5] | q[6] | q[7]) != 0};
}

/** base^exponent modulo 2^256, as EXP: 0^0 is 1. */
constexpr uint256 exp(uint256 base, const uint256& exponent) {
  uint256 power = 1;
  for (int bit = static_cast<int>(exponent.bit_length()) - 1; bit >= 0; bit--) {
    power = power * power;
    if (exponent.limb[bit / 64] >> (bit % 64) & 1) power = power * base;
  }
  return power;
}

constexpr checked_uint256 checked_exp(const uint256& base, const uint256& exponent) {
  checked_uint256 power{1, false};
  for (int bit = static_cast<int>(exponent.bit_length()) - 1; bit >= 0; bit--) {
    const checked_uint256 square = checked_mul(power.value, power.value);
    power = {square.value, power.overflow || square.overflow};
    if (exponent.limb[bit / 64] >> (bit % 64) & 1) {
      const checked_uint256 product = checked_mul(power.value, base);
      power = {product.value, power.overflow || product.overflow};
    }
  }
  return power;
}

/** floor of the square root, by Newton's iteration from above. */
constexpr uint256 sqrt(const uint256& a) {
  if (a.is_zero()) return 0;
  uint256 root = uint256{1} << ((a.bit_length() + 1) / 2);
  // A root of 2^128 is above every square root below 2^128, so that the iteration falls until it has arrived.
  for (;;) {
    const uint256 next = (root + a / root) >> 1;
    if (next >= root) return root;
    root = next;
  }
}

}  // namespace trimeter
