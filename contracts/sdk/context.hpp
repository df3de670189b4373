// Who calls, with what, where and when.
#pragma once

#include "types.hpp"

namespace trimeter {

inline address msg_sender() {
  address account;
  host::msg_sender(account.data());
  return account;
}

inline address tx_origin() {
  address account;
  host::tx_origin(account.data());
  return account;
}

/** `address(this)`. */
inline address this_address() {
  address account;
  host::contract_address(account.data());
  return account;
}

inline uint256 msg_value() {
  uint8_t word[32];
  host::msg_value(word);
  return uint256::from_be(word);
}

inline uint64_t block_number() { return host::block_number(); }
inline uint64_t block_timestamp() { return host::block_timestamp(); }
inline uint64_t chain_id() { return host::chainid(); }

}  // namespace trimeter
