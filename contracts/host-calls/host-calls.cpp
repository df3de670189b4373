// How dear it is to ask the host: as often as the caller says, and with an answer made of every reply.
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

constexpr uint64_t call_limit = 64;

using TooManyCalls = error<"TooManyCalls", uint256, uint256>;

template <class Ask>
uint64_t fold(const uint256& n, Ask ask) {
  if (n > call_limit) revert<TooManyCalls>(n, call_limit);
  uint64_t digest = 0;
  for (uint64_t left = n.limb[0]; left > 0; left--) digest = 31 * digest + ask();
  return digest;
}

/** A number comes back. */
uint64_t block_numbers(uint256 n) { return fold(n, block_number); }

/** Bytes are written to the guest's memory. The last eight of them, as a number. */
uint64_t senders(uint256 n) {
  return fold(n, [] { return __builtin_bswap64(msg_sender().word.part[3]); });
}

}  // namespace

TRIMETER_CONTRACT(view<"blockNumbers", block_numbers>, view<"senders", senders>)
