// Names at compile time: canonical signatures, and the hashes that selectors and topics are made of.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "keccak.hpp"

namespace trimeter {

/** A string that can be a template argument. */
template <size_t size>
struct literal {
  char text[size]{};

  consteval literal(const char (&source)[size]) {
    for (size_t i = 0; i < size; i++) text[i] = source[i];
  }
};

namespace detail {

/** `name(type,type)`, grown piece by piece. */
struct signature {
  char text[512]{};
  size_t size = 0;

  constexpr void append(const char* part) {
    for (; *part != 0; part++) text[size++] = *part;
  }
};

struct hash {
  uint8_t bytes[32]{};

  /** The first four bytes, as the big-endian number they are. */
  constexpr uint32_t selector() const {
    return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
  }
};

consteval hash keccak256(const signature& name) {
  hash digest;
  trimeter::keccak256(name.text, name.size, digest.bytes);
  return digest;
}

}  // namespace detail
}  // namespace trimeter
