// Solidity's call encoding (https://docs.soliditylang.org/en/latest/abi-spec.html), as strict as solc's decoder: what
// that refuses reverts here, equally without data.
#pragma once

#include "memory.hpp"
#include "signature.hpp"
#include "types.hpp"

namespace trimeter {

namespace detail {

/** False, but only once there is a `T`: for the `static_assert` of what nothing should instantiate. */
template <class T>
inline constexpr bool never = false;

}  // namespace detail

/**
 * How a type is written. One word: `is_clean` tells whether solc's decoder accepts the word. More than one (`is_dynamic`):
 * the head holds where the tail begins, counted from the start of the arguments. `composite.hpp` adds what has several
 * words in the head (`head_size`).
 *
 * This one is for types that have no counterpart. It declares what the others have, so that its message comes alone.
 */
template <class T>
struct abi {
  static_assert(detail::never<T>,
                "this C++ type is none of Solidity's: take those of the table in docs/contracts.md (The SDK); include "
                "sdk/narrow.hpp for int256, intN, uintN and bytesN, sdk/composite.hpp for structs and arrays in memory, "
                "sdk/calldata.hpp for those in calldata, sdk/stored_struct.hpp and sdk/stored_array.hpp in storage");
  static constexpr bool is_dynamic = false;
  static constexpr void describe(detail::signature&) {}
  static bool is_clean(const uint8_t*);
  static T from_word(const uint8_t* word);
  static void to_word(const T& value, uint8_t* word);
};

template <>
struct abi<uint256> {
  static constexpr bool is_dynamic = false;
  static constexpr void describe(detail::signature& out) { out.append("uint256"); }
  static bool is_clean(const uint8_t*) { return true; }
  static uint256 from_word(const uint8_t* word) { return uint256::from_be(word); }
  static void to_word(const uint256& value, uint8_t* word) { value.to_be(word); }
};

template <>
struct abi<bytes32> {
  static constexpr bool is_dynamic = false;
  static constexpr void describe(detail::signature& out) { out.append("bytes32"); }
  static bool is_clean(const uint8_t*) { return true; }
  static bytes32 from_word(const uint8_t* word) { return bytes32::load(word); }
  static void to_word(const bytes32& value, uint8_t* word) { value.store(word); }
};

template <>
struct abi<address> {
  static constexpr bool is_dynamic = false;
  static constexpr void describe(detail::signature& out) { out.append("address"); }
  static bool is_clean(const uint8_t* word) {
    const bytes32 raw = bytes32::load(word);
    return (raw.part[0] | (raw.part[1] & 0xffffffff)) == 0;
  }
  static address from_word(const uint8_t* word) { return {bytes32::load(word)}; }
  static void to_word(const address& value, uint8_t* word) { value.word.store(word); }
};

namespace detail {

template <class T, literal name>
struct small_integer_abi {
  static constexpr bool is_dynamic = false;
  static constexpr void describe(signature& out) { out.append(name.text); }
  static bool is_clean(const uint8_t* word) {
    const bytes32 raw = bytes32::load(word);
    const uint64_t low = __builtin_bswap64(raw.part[3]);
    return (raw.part[0] | raw.part[1] | raw.part[2]) == 0 && static_cast<uint64_t>(static_cast<T>(low)) == low;
  }
  static T from_word(const uint8_t* word) { return static_cast<T>(__builtin_bswap64(bytes32::load(word).part[3])); }
  static void to_word(T value, uint8_t* word) { bytes32(static_cast<uint64_t>(value)).store(word); }
};

}  // namespace detail

template <>
struct abi<bool> : detail::small_integer_abi<bool, "bool"> {};
template <>
struct abi<uint8_t> : detail::small_integer_abi<uint8_t, "uint8"> {};
template <>
struct abi<uint16_t> : detail::small_integer_abi<uint16_t, "uint16"> {};
template <>
struct abi<uint32_t> : detail::small_integer_abi<uint32_t, "uint32"> {};
template <>
struct abi<uint64_t> : detail::small_integer_abi<uint64_t, "uint64"> {};

namespace detail {

template <class T>
concept one_word = requires(const T& value, uint8_t* word) { abi<T>::to_word(value, word); };

template <class T>
consteval size_t head_size_of() {
  if constexpr (requires { abi<T>::head_size; }) {
    return abi<T>::head_size;
  } else {
    return 32;
  }
}

/** How many bytes of the head a value takes. */
template <class T>
inline constexpr size_t head_size = head_size_of<T>();

template <class T>
T read_word(const uint8_t* word) {
  if (!abi<T>::is_clean(word)) revert();
  return abi<T>::from_word(word);
}

/** The elements of a dynamic value: how many, and where, all of them inside the arguments. */
struct tail {
  const uint8_t* data;
  size_t count;
};

/** @param head the word with the tail's place, counted from `arguments` */
inline tail read_tail(const uint8_t* arguments, size_t size, const uint8_t* head, size_t element_bytes) {
  const uint256 place = uint256::from_be(head);
  if (!place.fits_u64() || size < 32 || place.limb[0] > size - 32) revert();
  const size_t offset = static_cast<size_t>(place.limb[0]);
  const uint256 count = uint256::from_be(arguments + offset);
  if (!count.fits_u64() || count.limb[0] > (size - 32 - offset) / element_bytes) revert();
  return {arguments + offset + 32, static_cast<size_t>(count.limb[0])};
}

template <class T, literal name>
struct byte_string_abi {
  static constexpr bool is_dynamic = true;
  static constexpr void describe(signature& out) { out.append(name.text); }
  static T read(const uint8_t* arguments, size_t size, const uint8_t* head) {
    const tail content = read_tail(arguments, size, head, 1);
    return {content.data, content.count};
  }
  static size_t tail_size(const T& value) { return 32 + (value.size + 31) / 32 * 32; }
  static void write(const T& value, uint8_t* dest) {
    bytes32(value.size).store(dest);
    // Only the last word can have padding, so it is cleared first and then written over.
    if (value.size != 0) bytes32().store(dest + tail_size(value) - 32);
    __builtin_memcpy(dest + 32, value.data, value.size);
  }
  static void to_topic(const T& value, uint8_t* topic) { host::native_keccak256(value.data, value.size, topic); }
};

}  // namespace detail

template <>
struct abi<bytes> : detail::byte_string_abi<bytes, "bytes"> {};
template <>
struct abi<string> : detail::byte_string_abi<string, "string"> {};

/**
 * `T[] calldata`, of one-word elements that are checked when they are read. Only as an argument. `calldata.hpp` has those
 * of other elements.
 */
template <class T>
struct array {
  static_assert(detail::one_word<T>, "array<T> of more than one word each: include sdk/calldata.hpp");

  const uint8_t* data = nullptr;
  size_t size = 0;

  /** Panics with 0x32 beyond the end. */
  T operator[](const uint256& index) const {
    if (index >= uint256{size}) panic(panic_code::index_out_of_bounds);
    return detail::read_word<T>(data + 32 * static_cast<size_t>(index.limb[0]));
  }
};

template <class T>
struct abi<array<T>> {
  static constexpr bool is_dynamic = true;
  static constexpr void describe(detail::signature& out) {
    abi<T>::describe(out);
    out.append("[]");
  }
  static array<T> read(const uint8_t* arguments, size_t size, const uint8_t* head) {
    const detail::tail content = detail::read_tail(arguments, size, head, 32);
    return {content.data, content.count};
  }
  static size_t tail_size(const array<T>& value) { return 32 + 32 * value.size; }
  static void write(const array<T>& value, uint8_t* dest) {
    bytes32(value.size).store(dest);
    for (size_t i = 0; i < value.size; i++)
      abi<T>::to_word(detail::read_word<T>(value.data + 32 * i), dest + 32 + 32 * i);
  }
};

namespace detail {

template <class... T>
constexpr signature describe(const char* name) {
  signature out;
  out.append(name);
  out.append("(");
  bool is_first = true;
  ((out.append(is_first ? "" : ","), abi<T>::describe(out), is_first = false), ...);
  out.append(")");
  return out;
}

/** Takes arguments from the front. */
struct reader {
  const uint8_t* arguments;
  size_t size;
  const uint8_t* head;

  template <class T>
  T next() {
    const uint8_t* here = head;
    head += head_size<T>;
    if constexpr (abi<T>::is_dynamic || !one_word<T>) {
      return abi<T>::read(arguments, size, here);
    } else {
      return read_word<T>(here);
    }
  }
};

/** Puts values behind each other: heads from the start, tails after the last head. */
struct writer {
  uint8_t* start;
  uint8_t* head;
  uint8_t* tail;

  template <class T>
  void put(const T& value) {
    if constexpr (abi<T>::is_dynamic) {
      bytes32(static_cast<uint64_t>(tail - start)).store(head);
      abi<T>::write(value, tail);
      tail += abi<T>::tail_size(value);
    } else if constexpr (one_word<T>) {
      abi<T>::to_word(value, head);
    } else {
      abi<T>::write(value, head);
    }
    head += head_size<T>;
  }
};

template <class T>
size_t tail_size(const T& value) {
  if constexpr (abi<T>::is_dynamic) return abi<T>::tail_size(value);
  return 0;
}

/** Hands a buffer to `use`: on the stack where the size is fixed, in the arena where it is not. */
template <bool is_dynamic, size_t fixed_size, class Use>
inline void with_buffer(size_t size, Use use) {
  if constexpr (is_dynamic) {
    use(allocate(size));
  } else {
    uint8_t buffer[fixed_size == 0 ? 1 : fixed_size];
    use(buffer);
  }
}

/** Encodes behind `prefix` free bytes and hands the result to `use(start, size)`. */
template <size_t prefix, class Use, class... T>
inline void with_encoding(Use use, const T&... values) {
  constexpr size_t fixed_size = (prefix + ... + head_size<T>);
  const size_t size = (fixed_size + ... + tail_size(values));
  with_buffer<(abi<T>::is_dynamic || ...), fixed_size>(size, [&](uint8_t* buffer) {
    writer out{buffer + prefix, buffer + prefix, buffer + fixed_size};
    (out.put(values), ...);
    use(buffer, size);
  });
}

inline void store_selector(uint32_t selector, uint8_t* dest) {
  const uint32_t bytes = __builtin_bswap32(selector);
  __builtin_memcpy(dest, &bytes, 4);
}

}  // namespace detail
}  // namespace trimeter
