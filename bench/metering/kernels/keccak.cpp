// A chain of keccak-256 digests: very long blocks of 64-bit arithmetic.
#include "sdk/keccak.hpp"

/** Hashes a message of 256 bytes `count` times, each time with the last digest as its head. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t count) {
  uint8_t message[256];
  for (uint32_t i = 0; i < sizeof message; i++) message[i] = static_cast<uint8_t>(i * 7);
  for (uint32_t i = 0; i < count; i++) trimeter::keccak256(message, sizeof message, message);
  uint64_t checksum;
  __builtin_memcpy(&checksum, message, sizeof checksum);
  return checksum;
}
