#pragma once

#include "../../contracts/sdk/keccak.hpp"
#include "words.hpp"

namespace native {

inline Word keccak256(const uint8_t* data, size_t length) {
  uint8_t digest[32];
  trimeter::keccak256(data, length, digest);
  return Word::read(digest);
}

inline Address address_of(const Word& hash) {
  uint8_t bytes[32];
  hash.write(bytes);
  return Address::read(bytes + 12);
}

/** RLP of a nonce: its big-endian bytes without leading zeros, as a string item. Yellow Paper, appendix B. */
inline size_t write_rlp(uint64_t nonce, uint8_t* dest) {
  if (nonce > 0 && nonce < 0x80) {
    dest[0] = static_cast<uint8_t>(nonce);
    return 1;
  }
  const size_t length = nonce == 0 ? 0 : 8 - __builtin_clzll(nonce) / 8;
  dest[0] = static_cast<uint8_t>(0x80 + length);
  for (size_t i = 0; i < length; i++) dest[length - i] = static_cast<uint8_t>(nonce >> (8 * i));
  return 1 + length;
}

/** Address of CREATE: the last 20 bytes of keccak256(rlp([creator, nonce])). Yellow Paper, section 7. */
inline Address create_address(const Address& creator, uint64_t nonce) {
  uint8_t list[2 + 20 + 9];
  const size_t nonce_length = write_rlp(nonce, list + 22);
  list[0] = static_cast<uint8_t>(0xc0 + 21 + nonce_length);
  list[1] = 0x94;
  __builtin_memcpy(list + 2, creator.bytes, 20);
  return address_of(keccak256(list, 22 + nonce_length));
}

/** Address of CREATE2 (EIP-1014). */
inline Address create2_address(const Address& creator, const uint8_t* salt, const uint8_t* code, size_t code_length) {
  uint8_t preimage[1 + 20 + 32 + 32] = {0xff};
  __builtin_memcpy(preimage + 1, creator.bytes, 20);
  __builtin_memcpy(preimage + 21, salt, 32);
  keccak256(code, code_length).write(preimage + 53);
  return address_of(keccak256(preimage, sizeof preimage));
}

}  // namespace native
