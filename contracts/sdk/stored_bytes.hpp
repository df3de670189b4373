// `bytes` and `string` in storage that change: `constexpr stored<bytes> blob{6};`, and as keys of mappings. Up to 31 bytes lie
// in the slot itself, longer ones at keccak256(slot); what a longer value leaves behind is cleared.
#pragma once

#include "storage.hpp"

namespace trimeter {
namespace detail {

struct byte_variable {
  bytes32 slot;

  size_t length() const { return length_in(header()); }

  stored_string text() const { return stored_string(slot); }

  void set(const uint8_t* data, size_t size) const {
    const size_t before = length();
    text().initialize({data, size});
    clear_parts(size, before);
  }
  void clear() const {
    const size_t before = length();
    stored<bytes32>(slot).clear();
    clear_parts(0, before);
  }

  uint8_t byte_at(const uint256& index) const {
    const bytes32 start = header();
    if (index >= uint256{length_in(start)}) panic(panic_code::index_out_of_bounds);
    const size_t at = static_cast<size_t>(index.limb[0]);
    return is_long(start) ? part(at / 32).get().data()[at % 32] : start.data()[at];
  }
  void set_byte(const uint256& index, uint8_t value) const {
    const bytes32 start = header();
    if (index >= uint256{length_in(start)}) panic(panic_code::index_out_of_bounds);
    const size_t at = static_cast<size_t>(index.limb[0]);
    write_byte(is_long(start) ? part(at / 32) : stored<bytes32>(slot), at % 32, value);
  }

  void push(uint8_t value) const {
    bytes32 start = header();
    const size_t size = length_in(start);
    if (size < 31) {
      start.data()[size] = value;
      start.data()[31] = static_cast<uint8_t>(2 * (size + 1));
      stored<bytes32>{slot} = start;
      return;
    }
    if (size == 31) {
      start.data()[31] = value;
      part(0) = start;
    } else {
      write_byte(part(size / 32), size % 32, value);
    }
    set_long_length(size + 1);
  }

  /** Panics with 0x31 if there is nothing. */
  void pop() const {
    bytes32 start = header();
    const size_t size = length_in(start);
    if (size == 0) panic(panic_code::pop_of_empty_array);
    if (size <= 31) {
      start.data()[size - 1] = 0;
      start.data()[31] = static_cast<uint8_t>(2 * (size - 1));
      stored<bytes32>{slot} = start;
    } else if (size == 32) {
      bytes32 only = part(0);
      only.data()[31] = 2 * 31;
      part(0).clear();
      stored<bytes32>{slot} = only;
    } else {
      write_byte(part((size - 1) / 32), (size - 1) % 32, 0);
      set_long_length(size - 1);
    }
  }

 private:
  bytes32 header() const { return stored<bytes32>(slot); }
  static bool is_long(const bytes32& header) { return (header.data()[31] & 1) != 0; }
  static size_t length_in(const bytes32& header) {
    if (!is_long(header)) return header.data()[31] / size_t{2};
    return static_cast<size_t>(uint256::from_be(header.data()).limb[0] / 2);
  }

  stored<bytes32> part(size_t number) const {
    bytes32 key;
    (uint256::from_be(trimeter::keccak256(slot.data(), 32).data()) + uint256{number}).to_be(key.data());
    return stored<bytes32>(key);
  }
  static void write_byte(const stored<bytes32>& word, size_t at, uint8_t value) {
    bytes32 changed = word;
    changed.data()[at] = value;
    word = changed;
  }
  void set_long_length(size_t size) const { stored<uint256>{slot} = uint256{2 * uint64_t{size} + 1}; }

  /** A short value has no parts. */
  static size_t parts_of(size_t size) { return size < 32 ? 0 : (size + 31) / 32; }
  void clear_parts(size_t size, size_t before) const {
    for (size_t i = parts_of(size); i < parts_of(before); i++) part(i).clear();
  }
};

}  // namespace detail

template <>
struct stored<string> {
  bytes32 slot;

  explicit constexpr stored(uint64_t number) : slot(number) {}
  explicit constexpr stored(const bytes32& key) : slot(key) {}
  constexpr stored(const stored&) = default;

  string get() const { return variable().text().get(); }
  void set(const string& value) const { variable().set(value.data, value.size); }
  /** `delete`. */
  void clear() const { variable().clear(); }

  operator string() const { return get(); }
  const stored& operator=(const string& value) const { return set(value), *this; }
  const stored& operator=(const stored& other) const { return *this = other.get(); }

 private:
  detail::byte_variable variable() const { return {slot}; }
};

/** `blob[index]` of a `bytes` in storage. */
struct stored_byte {
  detail::byte_variable whole;
  uint256 index;

  uint8_t get() const { return whole.byte_at(index); }
  operator uint8_t() const { return get(); }
  const stored_byte& operator=(uint8_t value) const { return whole.set_byte(index, value), *this; }
  const stored_byte& operator=(const stored_byte& other) const { return *this = other.get(); }
};

template <>
struct stored<bytes> {
  bytes32 slot;

  explicit constexpr stored(uint64_t number) : slot(number) {}
  explicit constexpr stored(const bytes32& key) : slot(key) {}
  constexpr stored(const stored&) = default;

  uint256 length() const { return uint256{variable().length()}; }
  /** Panics with 0x32 beyond the end, when it is read or written. */
  stored_byte operator[](const uint256& index) const { return {variable(), index}; }
  void push(uint8_t value) const { variable().push(value); }
  /** Panics with 0x31 if there is nothing. */
  void pop() const { variable().pop(); }

  bytes get() const {
    const string text = variable().text().get();
    return {text.data, text.size};
  }
  void set(const bytes& value) const { variable().set(value.data, value.size); }
  /** `delete`. */
  void clear() const { variable().clear(); }

  operator bytes() const { return get(); }
  const stored& operator=(const bytes& value) const { return set(value), *this; }
  const stored& operator=(const stored& other) const { return *this = other.get(); }

 private:
  detail::byte_variable variable() const { return {slot}; }
};

namespace detail {

/** An entry lies at keccak256(key . slot), with the key's bytes as they are. */
template <class Key, class Value>
struct byte_key_mapping {
  using entry = typename detail::entry<Value>::type;
  bytes32 slot;

  constexpr byte_key_mapping() = default;
  explicit constexpr byte_key_mapping(uint64_t number) : slot(number) {}
  explicit constexpr byte_key_mapping(const bytes32& key) : slot(key) {}

  entry operator[](const Key& key) const {
    uint8_t* preimage = allocate(key.size + 32);
    __builtin_memcpy(preimage, key.data, key.size);
    slot.store(preimage + key.size);
    return entry(trimeter::keccak256(preimage, key.size + 32));
  }
};

}  // namespace detail

template <class Value>
struct mapping<string, Value> : detail::byte_key_mapping<string, Value> {
  using detail::byte_key_mapping<string, Value>::byte_key_mapping;
};
template <class Value>
struct mapping<bytes, Value> : detail::byte_key_mapping<bytes, Value> {
  using detail::byte_key_mapping<bytes, Value>::byte_key_mapping;
};

}  // namespace trimeter
