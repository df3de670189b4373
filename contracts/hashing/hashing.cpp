// Hash functions computed inside the guest, beside the one that the host offers.
#include "sdk/blake2b.hpp"
#include "sdk/contract.hpp"
#include "sdk/keccak.hpp"
#include "sdk/sha256.hpp"

using namespace trimeter;

namespace {

using TooManyRounds = error<"TooManyRounds", uint256, uint256>;

constexpr uint256 round_limit = 100;

struct sha256_in_guest {
  static void hash(const uint8_t* data, size_t size, uint8_t* digest) { sha256(data, size, digest); }
};
struct blake2b_in_guest {
  static void hash(const uint8_t* data, size_t size, uint8_t* digest) { blake2b_256(data, size, digest); }
};
struct keccak_in_guest {
  static void hash(const uint8_t* data, size_t size, uint8_t* digest) { keccak256(data, size, digest); }
};
struct keccak_in_host {
  static void hash(const uint8_t* data, size_t size, uint8_t* digest) { host::native_keccak256(data, size, digest); }
};

template <class Function>
bytes32 once(bytes data) {
  bytes32 digest;
  Function::hash(data.data, data.size, digest.data());
  return digest;
}

/** The hash of the hash, and so on: `rounds` times. None gives the seed. */
template <class Function>
bytes32 chain(bytes32 seed, uint256 rounds) {
  if (rounds > round_limit) revert<TooManyRounds>(rounds, round_limit);
  for (uint64_t left = rounds.limb[0]; left > 0; left--) Function::hash(seed.data(), 32, seed.data());
  return seed;
}

}  // namespace

TRIMETER_CONTRACT(
  view<"sha256Guest", once<sha256_in_guest>>,
  view<"blake2bGuest", once<blake2b_in_guest>>,
  view<"keccakGuest", once<keccak_in_guest>>,
  view<"keccakHost", once<keccak_in_host>>,
  view<"sha256GuestRounds", chain<sha256_in_guest>>,
  view<"blake2bGuestRounds", chain<blake2b_in_guest>>,
  view<"keccakGuestRounds", chain<keccak_in_guest>>,
  view<"keccakHostRounds", chain<keccak_in_host>>
)
