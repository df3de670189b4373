// Names at compile time: canonical signatures, and the hashes that selectors and topics are made of.
#pragma once

#include <stddef.h>
#include <stdint.h>

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

struct keccak_state {
  uint64_t lane[25]{};

  consteval keccak_state() = default;

  /** FIPS 202, section 3.3, with the round constants made by their shift register. */
  consteval void permute() {
    uint8_t shift_register = 1;
    for (int round = 0; round < 24; round++) {
      uint64_t parity[5];
      for (int x = 0; x < 5; x++) parity[x] = lane[x] ^ lane[x + 5] ^ lane[x + 10] ^ lane[x + 15] ^ lane[x + 20];
      for (int x = 0; x < 5; x++)
        for (int y = 0; y < 25; y += 5) lane[x + y] ^= parity[(x + 4) % 5] ^ rotate(parity[(x + 1) % 5], 1);

      uint64_t moving = lane[1];
      int x = 1, y = 0;
      for (int step = 0; step < 24; step++) {
        const int next = (2 * x + 3 * y) % 5;
        x = y;
        y = next;
        const uint64_t replaced = lane[x + 5 * y];
        lane[x + 5 * y] = rotate(moving, (step + 1) * (step + 2) / 2 % 64);
        moving = replaced;
      }

      for (int row = 0; row < 25; row += 5) {
        uint64_t before[5];
        for (int i = 0; i < 5; i++) before[i] = lane[row + i];
        for (int i = 0; i < 5; i++) lane[row + i] = before[i] ^ (~before[(i + 1) % 5] & before[(i + 2) % 5]);
      }

      for (int power = 0; power < 7; power++) {
        if (shift_register & 1) lane[0] ^= uint64_t{1} << ((1 << power) - 1);
        shift_register = static_cast<uint8_t>(shift_register << 1 ^ (shift_register >> 7) * 0x71);
      }
    }
  }

  static consteval uint64_t rotate(uint64_t value, int bits) {
    return bits == 0 ? value : value << bits | value >> (64 - bits);
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
  constexpr size_t rate_bytes = 136;
  keccak_state state;
  size_t position = 0;
  for (size_t i = 0; i < name.size; i++) {
    state.lane[position / 8] ^= uint64_t{static_cast<uint8_t>(name.text[i])} << (8 * (position % 8));
    if (++position == rate_bytes) {
      state.permute();
      position = 0;
    }
  }
  state.lane[position / 8] ^= uint64_t{1} << (8 * (position % 8));
  state.lane[rate_bytes / 8 - 1] ^= uint64_t{0x80} << 56;
  state.permute();
  hash digest;
  for (int i = 0; i < 32; i++) digest.bytes[i] = static_cast<uint8_t>(state.lane[i / 8] >> (8 * (i % 8)));
  return digest;
}

}  // namespace detail
}  // namespace trimeter
