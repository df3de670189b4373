// Amounts that accounts claim with a Merkle proof, each once in a round. Proofs and leaves are those of OpenZeppelin's
// MerkleProof: pairs are sorted before they are hashed, and a leaf is hashed twice.
#include "sdk/contract.hpp"
#include "sdk/ownable.hpp"

using namespace trimeter;

namespace {

using owner = ownable<0>;
constexpr stored<bytes32> root{1};
constexpr stored<uint256> round{2};
/** By round, and then 256 claims to a word. */
constexpr mapping<uint256, mapping<uint256, uint256>> claimed{3};
constexpr mapping<address, uint256> balances{4};

using RoundStarted = event<"RoundStarted", indexed<uint256>, bytes32>;
using Claimed = event<"Claimed", indexed<uint256>, indexed<address>, uint256>;

using AlreadyClaimed = error<"AlreadyClaimed", uint256>;
using InvalidProof = error<"InvalidProof">;

/** The word of a claim, and its bit in it. */
struct claim_bit {
  stored<uint256> word;
  uint256 mask;

  explicit claim_bit(const uint256& index)
      : word(claimed[round][index >> 8]), mask(uint256{1} << static_cast<unsigned>(index.limb[0] & 255)) {}

  bool is_set() const { return !(word.get() & mask).is_zero(); }
  void set() const { word = word.get() | mask; }
};

bytes32 hash_sorted(const bytes32& a, const bytes32& b) {
  uint8_t pair[64];
  const bool is_sorted = uint256::from_be(a.data()) < uint256::from_be(b.data());
  (is_sorted ? a : b).store(pair);
  (is_sorted ? b : a).store(pair + 32);
  return keccak256(pair, sizeof pair);
}

bytes32 leaf_of(const uint256& index, const address& account, const uint256& amount) {
  uint8_t claim[96];
  index.to_be(claim);
  account.word.store(claim + 32);
  amount.to_be(claim + 64);
  const bytes32 once = keccak256(claim, sizeof claim);
  return keccak256(once.data(), 32);
}

bool verify(uint256 index, address account, uint256 amount, array<bytes32> proof) {
  bytes32 node = leaf_of(index, account, amount);
  for (size_t i = 0; i < proof.size; i++) node = hash_sorted(node, proof[i]);
  return node == root;
}

void initialize() { owner::initialize(msg_sender()); }

void start_round(bytes32 new_root) {
  owner::check();
  root = new_root;
  const uint256 next = add(round, 1);
  round = next;
  emit<RoundStarted>(next, new_root);
}

void claim(uint256 index, address account, uint256 amount, array<bytes32> proof) {
  const claim_bit bit(index);
  if (bit.is_set()) revert<AlreadyClaimed>(index);
  if (!verify(index, account, amount, proof)) revert<InvalidProof>();
  bit.set();
  const auto balance = balances[account];
  balance = add(balance, amount);
  emit<Claimed>(index, account, amount);
}

bool is_claimed(uint256 index) { return claim_bit(index).is_set(); }
bytes32 get_root() { return root; }
uint256 get_round() { return round; }
uint256 balance_of(address account) { return balances[account]; }

}  // namespace

TRIMETER_CONSTRUCTOR(initialize)
TRIMETER_CONTRACT(
  view<"owner", owner::get>,
  view<"root", get_root>,
  view<"round", get_round>,
  view<"isClaimed", is_claimed>,
  view<"balanceOf", balance_of>,
  view<"verify", verify>,
  method<"transferOwnership", owner::transfer>,
  method<"renounceOwnership", owner::renounce>,
  method<"startRound", start_round>,
  method<"claim", claim>
)
