// Variables smaller than a word, which solc puts into one slot from its low end on: `uint128 a; uint64 b; bool c;` at slot 5
// is `packed<uint_of<128>> a{5, 0}; packed<uint64_t> b{5, 16}; packed<bool> c{5, 24};`, with the slot and the offset in bytes
// that solc gives as `storageLayout`. For contracts that include this beside `contract.hpp`.
#pragma once

#include "narrow.hpp"
#include "storage.hpp"

namespace trimeter {
namespace detail {

/** How much storage a type takes: bytes of a slot for what can share one, else whole slots. */
template <class T>
struct storage_size {
  static constexpr size_t bytes = 32;
  static constexpr uint64_t slots = 1;
};

template <size_t size>
struct part_of_slot {
  static constexpr size_t bytes = size;
  static constexpr uint64_t slots = 1;
};
template <>
struct storage_size<bool> : part_of_slot<1> {};
template <>
struct storage_size<uint8_t> : part_of_slot<1> {};
template <>
struct storage_size<uint16_t> : part_of_slot<2> {};
template <>
struct storage_size<uint32_t> : part_of_slot<4> {};
template <>
struct storage_size<uint64_t> : part_of_slot<8> {};
template <>
struct storage_size<address> : part_of_slot<20> {};
template <unsigned bits>
struct storage_size<uint_of<bits>> : part_of_slot<bits / 8> {};
template <unsigned bits>
struct storage_size<int_of<bits>> : part_of_slot<bits / 8> {};
template <unsigned size>
struct storage_size<bytes_of<size>> : part_of_slot<size> {};

template <class T>
inline constexpr bool shares_slots = storage_size<T>::bytes < 32;

/** A value between the bytes that it takes of a slot and the word that it is in calldata. */
template <class T>
struct slot_part {
  static constexpr size_t size = storage_size<T>::bytes;

  static T read(const uint8_t* part) {
    bytes32 word;
    __builtin_memcpy(word.data() + 32 - size, part, size);
    return abi<T>::from_word(word.data());
  }
  static void write(const T& value, uint8_t* part) {
    uint8_t word[32];
    abi<T>::to_word(value, word);
    __builtin_memcpy(part, word + 32 - size, size);
  }
};

template <unsigned bits>
struct slot_part<int_of<bits>> {
  static int_of<bits> read(const uint8_t* part) { return int_of<bits>{slot_part<uint_of<bits>>::read(part).value}; }
  static void write(const int_of<bits>& value, uint8_t* part) {
    slot_part<uint_of<bits>>::write(uint_of<bits>{value.value}, part);
  }
};

template <unsigned size>
struct slot_part<bytes_of<size>> {
  static bytes_of<size> read(const uint8_t* part) {
    bytes_of<size> value;
    __builtin_memcpy(value.word.data(), part, size);
    return value;
  }
  static void write(const bytes_of<size>& value, uint8_t* part) {
    __builtin_memcpy(part, value.word.data(), size);
  }
};

/** Where in a slot the bytes are that lie `offset` above its low end. */
template <class T>
constexpr size_t first_byte(size_t offset) {
  return 32 - storage_size<T>::bytes - offset;
}

inline void offset_is_beyond_the_slot() {}

}  // namespace detail

/** A variable of some bytes of a slot. What else is in the slot stays as it is. */
template <class T>
struct packed {
  static_assert(detail::one_word<T> && detail::shares_slots<T>, "packed<T>: T takes whole slots, so that it is stored<T>");

  bytes32 slot;
  size_t offset;

  /** @param offset_in_slot bytes from the low end */
  constexpr packed(uint64_t number, size_t offset_in_slot) : packed(bytes32{number}, offset_in_slot) {}
  constexpr packed(const bytes32& key, size_t offset_in_slot) : slot(key), offset(offset_in_slot) {
    if (offset > 32 - detail::storage_size<T>::bytes) detail::offset_is_beyond_the_slot();
  }
  constexpr packed(const packed&) = default;

  T get() const {
    uint8_t word[32];
    host::storage_load_bytes32(slot.data(), word);
    return detail::slot_part<T>::read(word + detail::first_byte<T>(offset));
  }
  void set(const T& value) const {
    uint8_t word[32];
    host::storage_load_bytes32(slot.data(), word);
    detail::slot_part<T>::write(value, word + detail::first_byte<T>(offset));
    host::storage_cache_bytes32(slot.data(), word);
  }
  operator T() const { return get(); }
  const packed& operator=(const T& value) const { return set(value), *this; }
  const packed& operator=(const packed& other) const { return *this = other.get(); }
  /** `delete`. */
  void clear() const { set(T{}); }
};

namespace detail {

/** The slot that is `distance` behind another. */
inline bytes32 slot_after(const bytes32& slot, const uint256& distance) {
  bytes32 after;
  (uint256::from_be(slot.data()) + distance).to_be(after.data());
  return after;
}

template <class T>
struct place_of {
  using type = typename entry<T>::type;
  static type at(const bytes32& slot, size_t) { return type(slot); }
};
template <class T>
  requires(shares_slots<T>)
struct place_of<T> {
  using type = packed<T>;
  static type at(const bytes32& slot, size_t offset) { return type(slot, offset); }
};

}  // namespace detail

/** The variable that a member of a struct, or an element of an array, is. */
template <class T>
using place = typename detail::place_of<T>::type;

}  // namespace trimeter
