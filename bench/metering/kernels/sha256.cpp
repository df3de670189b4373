// A chain of SHA-256 digests: long blocks of 32-bit arithmetic.
#include "sdk/sha256.hpp"

/** Hashes a message of 256 bytes `count` times, each time with the last digest as its head. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t count) {
  uint8_t message[256];
  for (uint32_t i = 0; i < sizeof message; i++) message[i] = static_cast<uint8_t>(i * 7);
  for (uint32_t i = 0; i < count; i++) trimeter::sha256(message, sizeof message, message);
  uint64_t checksum;
  __builtin_memcpy(&checksum, message, sizeof checksum);
  return checksum;
}
