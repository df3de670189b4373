// Signed integers, integers of odd sizes, and `bytesN`: `int256`, `uint_of<24>`, `int_of<128>`, `bytes_of<4>`. For contracts
// that include this beside `contract.hpp`. Arithmetic is checked, as Solidity's.
#pragma once

#include "storage.hpp"

namespace trimeter {

namespace detail {

constexpr uint256 low_bits(const uint256& value, unsigned bits) {
  return bits == 256 ? value : value & ((uint256{1} << bits) - uint256{1});
}

/** Of the lowest bits in two's complement, the whole word. */
constexpr uint256 sign_extend(const uint256& value, unsigned bits) {
  const uint256 low = low_bits(value, bits);
  const bool is_negative = !((low >> (bits - 1)) & uint256{1}).is_zero();
  return is_negative && bits != 256 ? low | (max_uint256 << bits) : low;
}

/** `uint24`, `int128`: the name of a type with a number in it. */
constexpr void append_name(signature& out, const char* kind, unsigned number) {
  out.append(kind);
  char digits[4]{};
  unsigned count = number < 10 ? 1 : number < 100 ? 2 : 3;
  for (unsigned i = count; i > 0; i--, number /= 10) digits[i - 1] = static_cast<char>('0' + number % 10);
  out.append(digits);
}

}  // namespace detail

/** `uint8` to `uint256`. */
template <unsigned bits>
struct uint_of {
  static_assert(bits % 8 == 0 && bits >= 8 && bits <= 256, "uint_of: 8 to 256 bits, in steps of 8");

  uint256 value;

  constexpr uint_of() = default;
  constexpr uint_of(uint64_t number) : uint_of(uint256{number}) {}
  /** Its lowest bits, as a conversion in Solidity. */
  explicit constexpr uint_of(const uint256& number) : value(detail::low_bits(number, bits)) {}

  friend constexpr bool operator==(const uint_of& a, const uint_of& b) { return a.value == b.value; }
  friend constexpr bool operator<(const uint_of& a, const uint_of& b) { return a.value < b.value; }
};

/** `int8` to `int256`. */
template <unsigned bits>
struct int_of {
  static_assert(bits % 8 == 0 && bits >= 8 && bits <= 256, "int_of: 8 to 256 bits, in steps of 8");

  /** In two's complement over all 256 bits. */
  uint256 value;

  constexpr int_of() = default;
  constexpr int_of(int64_t number)
      : int_of(uint256{static_cast<uint64_t>(number), number < 0 ? ~uint64_t{0} : 0, number < 0 ? ~uint64_t{0} : 0,
                       number < 0 ? ~uint64_t{0} : 0}) {}
  /** Its lowest bits, as a conversion in Solidity. */
  explicit constexpr int_of(const uint256& number) : value(detail::sign_extend(number, bits)) {}

  constexpr bool is_negative() const { return value.is_negative(); }

  friend constexpr bool operator==(const int_of& a, const int_of& b) { return a.value == b.value; }
  friend constexpr bool operator<(const int_of& a, const int_of& b) {
    return a.is_negative() != b.is_negative() ? a.is_negative() : a.value < b.value;
  }
};

using int256 = int_of<256>;

/** `bytes1` to `bytes32`: at the start of the word, zeros behind. */
template <unsigned size>
struct bytes_of {
  static_assert(size >= 1 && size <= 32, "bytes_of: 1 to 32 bytes");

  bytes32 word;

  uint8_t operator[](const uint256& index) const {
    if (index >= uint256{size}) panic(panic_code::index_out_of_bounds);
    return word.data()[index.limb[0]];
  }
  friend constexpr bool operator==(const bytes_of& a, const bytes_of& b) { return a.word == b.word; }
};

namespace detail {

template <class T>
T checked(bool overflows, const uint256& result) {
  if (overflows || !(T{result}.value == result)) panic(panic_code::arithmetic);
  return T{result};
}

}  // namespace detail

// As `+`, `-`, `*`, `/` and `%` of two equal types in Solidity.

template <unsigned bits>
uint_of<bits> add(const uint_of<bits>& a, const uint_of<bits>& b) {
  const auto [sum, overflow] = checked_add(a.value, b.value);
  return detail::checked<uint_of<bits>>(overflow, sum);
}
template <unsigned bits>
uint_of<bits> sub(const uint_of<bits>& a, const uint_of<bits>& b) {
  const auto [difference, overflow] = checked_sub(a.value, b.value);
  return detail::checked<uint_of<bits>>(overflow, difference);
}
template <unsigned bits>
uint_of<bits> mul(const uint_of<bits>& a, const uint_of<bits>& b) {
  const auto [product, overflow] = checked_mul(a.value, b.value);
  return detail::checked<uint_of<bits>>(overflow, product);
}

template <unsigned bits>
int_of<bits> add(const int_of<bits>& a, const int_of<bits>& b) {
  const uint256 sum = a.value + b.value;
  const bool overflow = a.is_negative() == b.is_negative() && sum.is_negative() != a.is_negative();
  return detail::checked<int_of<bits>>(overflow, sum);
}
template <unsigned bits>
int_of<bits> sub(const int_of<bits>& a, const int_of<bits>& b) {
  const uint256 difference = a.value - b.value;
  const bool overflow = a.is_negative() != b.is_negative() && difference.is_negative() != a.is_negative();
  return detail::checked<int_of<bits>>(overflow, difference);
}
template <unsigned bits>
int_of<bits> mul(const int_of<bits>& a, const int_of<bits>& b) {
  const auto [size, overflow] =
      checked_mul(a.is_negative() ? -a.value : a.value, b.is_negative() ? -b.value : b.value);
  const bool is_negative = a.is_negative() != b.is_negative();
  const uint256 product = is_negative ? -size : size;
  const bool has_other_sign = !size.is_zero() && product.is_negative() != is_negative;
  return detail::checked<int_of<bits>>(overflow || has_other_sign, product);
}
template <unsigned bits>
int_of<bits> div(const int_of<bits>& a, const int_of<bits>& b) {
  if (b.value.is_zero()) panic(panic_code::division_by_zero);
  const uint256 quotient = sdiv(a.value, b.value);
  // Of the lowest number by -1, the only one that does not fit.
  const bool overflow = a.is_negative() && b.is_negative() && quotient.is_negative();
  return detail::checked<int_of<bits>>(overflow, quotient);
}
template <unsigned bits>
int_of<bits> mod(const int_of<bits>& a, const int_of<bits>& b) {
  if (b.value.is_zero()) panic(panic_code::division_by_zero);
  return int_of<bits>{a.value - sdiv(a.value, b.value) * b.value};
}

template <unsigned bits>
struct abi<uint_of<bits>> {
  static constexpr bool is_dynamic = false;
  static constexpr void describe(detail::signature& out) { detail::append_name(out, "uint", bits); }
  static bool is_clean(const uint8_t* word) { return from_word(word).value == uint256::from_be(word); }
  static uint_of<bits> from_word(const uint8_t* word) { return uint_of<bits>{uint256::from_be(word)}; }
  static void to_word(const uint_of<bits>& value, uint8_t* word) { value.value.to_be(word); }
};

template <unsigned bits>
struct abi<int_of<bits>> {
  static constexpr bool is_dynamic = false;
  static constexpr void describe(detail::signature& out) { detail::append_name(out, "int", bits); }
  static bool is_clean(const uint8_t* word) { return from_word(word).value == uint256::from_be(word); }
  static int_of<bits> from_word(const uint8_t* word) { return int_of<bits>{uint256::from_be(word)}; }
  static void to_word(const int_of<bits>& value, uint8_t* word) { value.value.to_be(word); }
};

template <unsigned size>
struct abi<bytes_of<size>> {
  static constexpr bool is_dynamic = false;
  static constexpr void describe(detail::signature& out) { detail::append_name(out, "bytes", size); }
  static bool is_clean(const uint8_t* word) { return from_word(word).word == bytes32::load(word); }
  static bytes_of<size> from_word(const uint8_t* word) {
    bytes_of<size> value;
    __builtin_memcpy(value.word.data(), word, size);
    return value;
  }
  static void to_word(const bytes_of<size>& value, uint8_t* word) { value.word.store(word); }
};

namespace detail {

/** A variable that lies in its slot otherwise than in calldata: at the low end, and nothing before it. */
template <class T, class Layout>
struct low_variable {
  bytes32 slot;

  explicit constexpr low_variable(uint64_t number) : slot(number) {}
  explicit constexpr low_variable(const bytes32& key) : slot(key) {}

  T get() const {
    uint8_t word[32];
    host::storage_load_bytes32(slot.data(), word);
    return Layout::from_slot(uint256::from_be(word));
  }
  void set(const T& value) const {
    uint8_t word[32];
    Layout::to_slot(value).to_be(word);
    host::storage_cache_bytes32(slot.data(), word);
  }
  operator T() const { return get(); }
  void clear() const { set(T{}); }
};

template <unsigned bits>
struct low_integer {
  static int_of<bits> from_slot(const uint256& word) { return int_of<bits>{word}; }
  static uint256 to_slot(const int_of<bits>& value) { return low_bits(value.value, bits); }
};

template <unsigned size>
struct low_bytes {
  static bytes_of<size> from_slot(const uint256& word) {
    bytes_of<size> value;
    (word << (256 - 8 * size)).to_be(value.word.data());
    return value;
  }
  static uint256 to_slot(const bytes_of<size>& value) {
    return uint256::from_be(value.word.data()) >> (256 - 8 * size);
  }
};

}  // namespace detail

template <unsigned bits>
struct stored<int_of<bits>> : detail::low_variable<int_of<bits>, detail::low_integer<bits>> {
  using detail::low_variable<int_of<bits>, detail::low_integer<bits>>::low_variable;
  const stored& operator=(const int_of<bits>& value) const { return this->set(value), *this; }
  const stored& operator=(const stored& other) const { return *this = other.get(); }
  constexpr stored(const stored&) = default;
};

template <unsigned size>
struct stored<bytes_of<size>> : detail::low_variable<bytes_of<size>, detail::low_bytes<size>> {
  using detail::low_variable<bytes_of<size>, detail::low_bytes<size>>::low_variable;
  const stored& operator=(const bytes_of<size>& value) const { return this->set(value), *this; }
  const stored& operator=(const stored& other) const { return *this = other.get(); }
  constexpr stored(const stored&) = default;
};

}  // namespace trimeter
