// State variables, declared with the slot that solc gives them: `constexpr stored<uint256> total_supply{2};`. A small
// type has a slot to itself here; `packed.hpp` has those that solc puts into one.
//
// https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
#pragma once

#include "abi.hpp"

namespace trimeter {

inline bytes32 keccak256(const uint8_t* data, size_t size) {
  bytes32 digest;
  host::native_keccak256(data, size, digest.data());
  return digest;
}

/** A variable of one word. Reads as its value, and is assigned to. */
template <class T>
struct stored {
  static_assert(detail::one_word<T>,
                "stored<T> of more than one word: include sdk/stored_bytes.hpp for bytes and string, "
                "sdk/stored_array.hpp for arrays, sdk/stored_struct.hpp for structs");
  bytes32 slot;

  explicit constexpr stored(uint64_t number) : slot(number) {}
  explicit constexpr stored(const bytes32& key) : slot(key) {}

  T get() const {
    uint8_t word[32];
    host::storage_load_bytes32(slot.data(), word);
    return abi<T>::from_word(word);
  }
  void set(const T& value) const {
    uint8_t word[32];
    abi<T>::to_word(value, word);
    host::storage_cache_bytes32(slot.data(), word);
  }
  operator T() const { return get(); }
  const stored& operator=(const T& value) const {
    set(value);
    return *this;
  }
  /** Copies the value. Without this, C++ would copy the slot's number and write nothing. */
  const stored& operator=(const stored& other) const { return *this = other.get(); }
  constexpr stored(const stored&) = default;
  /** `delete`. */
  void clear() const { set(T{}); }
};

/** A variable of one word that lives for one transaction: TLOAD and TSTORE. */
template <class T>
struct transient {
  bytes32 slot;

  explicit constexpr transient(uint64_t number) : slot(number) {}

  T get() const {
    uint8_t word[32];
    host::transient_load_bytes32(slot.data(), word);
    return abi<T>::from_word(word);
  }
  void set(const T& value) const {
    uint8_t word[32];
    abi<T>::to_word(value, word);
    host::transient_store_bytes32(slot.data(), word);
  }
  operator T() const { return get(); }
  const transient& operator=(const T& value) const {
    set(value);
    return *this;
  }
  const transient& operator=(const transient& other) const { return *this = other.get(); }
  constexpr transient(const transient&) = default;
};

template <class Key, class Value>
struct mapping;

namespace detail {

template <class T>
struct entry {
  using type = stored<T>;
};
template <class Key, class Value>
struct entry<mapping<Key, Value>> {
  using type = mapping<Key, Value>;
};

}  // namespace detail

/** An entry lies at keccak256(key . slot). Keep it in a variable to use it twice: every `[]` hashes. */
template <class Key, class Value>
struct mapping {
  static_assert(detail::one_word<Key>,
                "mapping: a key is one word; include sdk/stored_bytes.hpp for keys that are string or bytes");
  using entry = typename detail::entry<Value>::type;
  bytes32 slot;

  /** In a struct that only says how storage is laid out. */
  constexpr mapping() = default;
  explicit constexpr mapping(uint64_t number) : slot(number) {}
  explicit constexpr mapping(const bytes32& key) : slot(key) {}

  entry operator[](const Key& key) const {
    uint8_t preimage[64];
    abi<Key>::to_word(key, preimage);
    slot.store(preimage + 32);
    return entry(keccak256(preimage, sizeof preimage));
  }
};

/** `T[length]` of one-word elements, in consecutive slots. Panics with 0x32 beyond the end. */
template <class T, uint64_t length>
struct stored_array {
  uint64_t first_slot;

  explicit constexpr stored_array(uint64_t number) : first_slot(number) {}

  stored<T> operator[](const uint256& index) const {
    if (index >= uint256{length}) panic(panic_code::index_out_of_bounds);
    return stored<T>(first_slot + index.limb[0]);
  }
};

/**
 * A string. Up to 31 bytes lie in the slot itself, with twice the length in its last byte; a longer one at
 * keccak256(slot) and after, with twice the length plus one in the slot.
 */
struct stored_string {
  bytes32 slot;

  explicit constexpr stored_string(uint64_t number) : slot(number) {}
  explicit constexpr stored_string(const bytes32& key) : slot(key) {}

  string get() const {
    bytes32 header;
    host::storage_load_bytes32(slot.data(), header.data());
    const uint8_t last = header.data()[31];
    if ((last & 1) == 0) {
      uint8_t* text = allocate(32);
      header.store(text);
      return {text, last / size_t{2}};
    }
    const size_t size = static_cast<size_t>(uint256::from_be(header.data()).limb[0] / 2);
    uint8_t* text = allocate((size + 31) / 32 * 32);
    uint256 part_slot = first_part();
    for (size_t at = 0; at < size; at += 32, part_slot = part_slot + uint256{1}) {
      uint8_t key[32];
      part_slot.to_be(key);
      host::storage_load_bytes32(key, text + at);
    }
    return {text, size};
  }

  /** Only into an empty slot: what a longer string left behind is not cleared. */
  void initialize(const string& text) const {
    uint8_t word[32] = {};
    if (text.size < 32) {
      __builtin_memcpy(word, text.data, text.size);
      word[31] = static_cast<uint8_t>(2 * text.size);
      host::storage_cache_bytes32(slot.data(), word);
      return;
    }
    bytes32(2 * uint64_t{text.size} + 1).store(word);
    host::storage_cache_bytes32(slot.data(), word);
    uint256 part_slot = first_part();
    for (size_t at = 0; at < text.size; at += 32, part_slot = part_slot + uint256{1}) {
      const size_t rest = text.size - at;
      bytes32 part;
      __builtin_memcpy(part.data(), text.data + at, rest < 32 ? rest : 32);
      uint8_t key[32];
      part_slot.to_be(key);
      host::storage_cache_bytes32(key, part.data());
    }
  }

 private:
  uint256 first_part() const { return uint256::from_be(keccak256(slot.data(), 32).data()); }
};

}  // namespace trimeter
