// The value types of Solidity that C++ lacks. The 256-bit integer has a file of its own.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "panic.hpp"
#include "uint256.hpp"

namespace trimeter {

/** A word as it lies in calldata and storage. Held in four parts, so that it moves and compares without a loop. */
struct bytes32 {
  uint64_t part[4]{};

  constexpr bytes32() = default;
  /** The big-endian word of a small number, such as a slot. */
  explicit constexpr bytes32(uint64_t number) : part{0, 0, 0, __builtin_bswap64(number)} {}

  static bytes32 load(const uint8_t* bytes) {
    bytes32 word;
    __builtin_memcpy(word.part, bytes, 32);
    return word;
  }
  void store(uint8_t* bytes) const { __builtin_memcpy(bytes, part, 32); }

  uint8_t* data() { return reinterpret_cast<uint8_t*>(part); }
  const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(part); }

  constexpr bool is_zero() const { return (part[0] | part[1] | part[2] | part[3]) == 0; }

  friend constexpr bool operator==(const bytes32& a, const bytes32& b) {
    return ((a.part[0] ^ b.part[0]) | (a.part[1] ^ b.part[1]) | (a.part[2] ^ b.part[2]) | (a.part[3] ^ b.part[3])) == 0;
  }
};

/** An account. Kept as the word that calldata, mapping keys and topics want: twelve zero bytes, then the address. */
struct address {
  bytes32 word;

  /** The 20 bytes that host functions read and write. */
  uint8_t* data() { return word.data() + 12; }
  const uint8_t* data() const { return word.data() + 12; }

  constexpr bool is_zero() const { return word.is_zero(); }
  friend constexpr bool operator==(const address& a, const address& b) { return a.word == b.word; }
};

/** Bytes that lie somewhere in memory: `bytes calldata`. */
struct bytes {
  const uint8_t* data = nullptr;
  size_t size = 0;

  /** Panics with 0x32 beyond the end. */
  uint8_t operator[](const uint256& index) const {
    if (index >= uint256{size}) panic(panic_code::index_out_of_bounds);
    return data[index.limb[0]];
  }
};

/** As `bytes`, of type `string` in signatures. */
struct string {
  const uint8_t* data = nullptr;
  size_t size = 0;

  constexpr string() = default;
  constexpr string(const uint8_t* start, size_t length) : data(start), size(length) {}
  template <size_t length>
  string(const char (&text)[length]) : data(reinterpret_cast<const uint8_t*>(text)), size(length - 1) {}
};

}  // namespace trimeter
