#pragma once

#include "words.hpp"

namespace native {

Word keccak256(const uint8_t* data, size_t length);

/** Address of CREATE: the last 20 bytes of keccak256(rlp([creator, nonce])). Yellow Paper, section 7. */
Address create_address(const Address& creator, uint64_t nonce);

/** Address of CREATE2 (EIP-1014). */
Address create2_address(const Address& creator, const uint8_t* salt, const uint8_t* code, size_t code_length);

}  // namespace native
