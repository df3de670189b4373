// Tokens that their locked owners vote about. Every change of somebody's votes leaves a checkpoint with its block, and a
// proposal counts the votes of the block in which it was made. What is carried is paid by a call into the token.
#include "sdk/contract.hpp"
#include "sdk/external_call.hpp"

using namespace trimeter;

namespace {

constexpr uint64_t voting_period = 10;
constexpr uint256 quorum_percent = 4;
constexpr uint256 advance_limit = 1'000'000;

using SafeCastOverflowedUintDowncast = error<"SafeCastOverflowedUintDowncast", uint8_t, uint256>;

bytes32 slot_plus(const bytes32& slot, const uint256& offset) {
  bytes32 sum;
  (uint256::from_be(slot.data()) + offset).to_be(sum.data());
  return sum;
}

/**
 * Values by block, as OpenZeppelin's Checkpoints.Trace208: the slot has their number, and at its hash follows a word for
 * each, with the block in the lowest 48 bits and the value above.
 */
struct trace {
  stored<uint256> length;
  bytes32 first;

  explicit trace(const bytes32& slot) : length(slot), first(keccak256(slot.data(), 32)) {}

  stored<uint256> at(const uint256& index) const { return stored<uint256>(slot_plus(first, index)); }

  uint256 latest() const {
    const uint256 count = length;
    return count.is_zero() ? uint256{} : at(count - 1).get() >> 48;
  }

  /** The value at the end of a block: that of the last checkpoint which is not younger. */
  uint256 at_block(uint64_t block) const {
    uint64_t low = 0;
    uint64_t high = length.get().limb[0];
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      if (block_of(at(middle)) > block) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return high == 0 ? uint256{} : at(high - 1).get() >> 48;
  }

  /** Blocks never go back, so that only the last checkpoint can be of this one. */
  void record(uint64_t block, const uint256& value) const {
    if (value.bit_length() > 208) revert<SafeCastOverflowedUintDowncast>(uint8_t{208}, value);
    uint256 count = length;
    if (count.is_zero() || block_of(at(count - 1)) != block) {
      count = count + 1;
      length = count;
    }
    at(count - 1) = value << 48 | uint256{block};
  }

 private:
  static uint64_t block_of(const uint256& checkpoint) { return checkpoint.limb[0] & 0xffff'ffff'ffff; }
};

enum class proposal_state : uint8_t { unknown, pending, active, defeated, succeeded, executed };

}  // namespace

/** As its number. */
template <>
struct trimeter::abi<proposal_state> : trimeter::abi<uint8_t> {
  static void to_word(proposal_state value, uint8_t* word) {
    trimeter::abi<uint8_t>::to_word(static_cast<uint8_t>(value), word);
  }
};

namespace {

/** Recipient, block whose votes count, and the last block of voting, packed into one word in this order. */
struct proposal_terms {
  address recipient;
  uint64_t snapshot;
  uint64_t deadline;
};

struct proposal {
  stored<uint256> terms;
  stored<uint256> amount;
  stored<uint256> votes_for;
  stored<uint256> votes_against;
  stored<bool> is_executed;

  explicit proposal(const bytes32& slot)
      : terms(slot),
        amount(slot_plus(slot, 1)),
        votes_for(slot_plus(slot, 2)),
        votes_against(slot_plus(slot, 3)),
        is_executed(slot_plus(slot, 4)) {}

  proposal_terms get() const {
    const uint256 word = terms;
    address recipient;
    (word & ((uint256{1} << 160) - 1)).to_be(recipient.word.data());
    return {recipient, (word >> 160).limb[0] & 0xffff'ffff'ffff, (word >> 208).limb[0]};
  }
  void set(const proposal_terms& value) const {
    terms = uint256::from_be(value.recipient.word.data()) | uint256{value.snapshot} << 160 |
            uint256{value.deadline} << 208;
  }
};

constexpr stored<address> token{0};
/** By how many blocks the clock is ahead of the chain. */
constexpr stored<uint256> ahead{1};
constexpr mapping<address, uint256> votes{2};
constexpr uint64_t total_votes_slot = 3;
constexpr mapping<uint256, uint256> proposals{4};
/** By proposal and snapshot: 1 for a vote against, 2 for a vote in favour. */
constexpr mapping<uint256, mapping<uint256, mapping<address, uint8_t>>> ballots{5};

using Locked = event<"Locked", indexed<address>, uint256>;
using Unlocked = event<"Unlocked", indexed<address>, uint256>;
using Proposed = event<"Proposed", indexed<uint256>, indexed<address>, address, uint256, uint64_t>;
using VoteCast = event<"VoteCast", indexed<uint256>, indexed<address>, bool, uint256>;
using Executed = event<"Executed", indexed<uint256>>;

using FutureLookup = error<"FutureLookup", uint256, uint64_t>;
using InsufficientTreasury = error<"InsufficientTreasury", uint256, uint256>;
using InsufficientVotes = error<"InsufficientVotes", address, uint256, uint256>;
using TooManyBlocks = error<"TooManyBlocks", uint256, uint256>;
using TransferFailed = error<"TransferFailed">;
using UnexpectedState = error<"UnexpectedState", uint256, proposal_state>;

trace votes_of(const address& account) { return trace(votes[account].slot); }
trace total_votes() { return trace(bytes32(total_votes_slot)); }
proposal proposal_at(const uint256& id) { return proposal(proposals[id].slot); }

/** The block number, as ERC-6372 has it. */
uint64_t now() { return block_number() + ahead.get().limb[0]; }

void pay(const address& to, const uint256& amount) {
  if (!invoke<"transfer", bool>(token, to, amount)) revert<TransferFailed>();
}

uint64_t past(const uint256& timepoint) {
  const uint64_t present = now();
  if (timepoint >= uint256{present}) revert<FutureLookup>(timepoint, present);
  return timepoint.limb[0];
}

proposal_state state_of(uint256 id) {
  const proposal subject = proposal_at(id);
  const auto [recipient, snapshot, deadline] = subject.get();
  if (deadline == 0) return proposal_state::unknown;
  if (subject.is_executed) return proposal_state::executed;
  const uint64_t present = now();
  if (present <= snapshot) return proposal_state::pending;
  if (present <= deadline) return proposal_state::active;
  const uint256 in_favour = subject.votes_for;
  const uint256 quorum = total_votes().at_block(snapshot) * quorum_percent / 100;
  const bool is_carried = in_favour > subject.votes_against && in_favour >= quorum;
  return is_carried ? proposal_state::succeeded : proposal_state::defeated;
}

void expect(const uint256& id, proposal_state expected) {
  const proposal_state state = state_of(id);
  if (state != expected) revert<UnexpectedState>(id, state);
}

void initialize(address token_address) { token = token_address; }

void advance(uint256 count) {
  if (count > advance_limit) revert<TooManyBlocks>(count, advance_limit);
  ahead = add(ahead, count);
}

void lock(uint256 amount) {
  const address account = msg_sender();
  if (!invoke<"transferFrom", bool>(token, account, this_address(), amount)) revert<TransferFailed>();
  const uint64_t block = now();
  const trace own = votes_of(account);
  own.record(block, add(own.latest(), amount));
  const trace total = total_votes();
  total.record(block, add(total.latest(), amount));
  emit<Locked>(account, amount);
}

void unlock(uint256 amount) {
  const address account = msg_sender();
  const trace own = votes_of(account);
  const uint256 available = own.latest();
  if (available < amount) revert<InsufficientVotes>(account, available, amount);
  const uint64_t block = now();
  own.record(block, available - amount);
  const trace total = total_votes();
  total.record(block, total.latest() - amount);
  pay(account, amount);
  emit<Unlocked>(account, amount);
}

void propose(uint256 id, address recipient, uint256 amount) {
  const address proposer = msg_sender();
  if (votes_of(proposer).latest().is_zero()) revert<InsufficientVotes>(proposer, uint256{}, uint256{1});
  const proposal_state state = state_of(id);
  const bool is_over =
      state == proposal_state::unknown || state == proposal_state::defeated || state == proposal_state::executed;
  if (!is_over) revert<UnexpectedState>(id, state);
  const uint64_t snapshot = now();
  const uint64_t deadline = snapshot + voting_period;
  const proposal made = proposal_at(id);
  made.set({recipient, snapshot, deadline});
  made.amount = amount;
  made.votes_for = 0;
  made.votes_against = 0;
  made.is_executed = false;
  emit<Proposed>(id, proposer, recipient, amount, deadline);
}

uint256 cast_vote(uint256 id, bool in_favour) {
  expect(id, proposal_state::active);
  const address voter = msg_sender();
  const proposal subject = proposal_at(id);
  const uint64_t snapshot = subject.get().snapshot;
  const uint256 weight = votes_of(voter).at_block(snapshot);
  if (weight.is_zero()) revert<InsufficientVotes>(voter, uint256{}, uint256{1});
  const auto ballot = ballots[id][snapshot][voter];
  const uint8_t before = ballot;
  if (before == 1) subject.votes_against = subject.votes_against - weight;
  if (before == 2) subject.votes_for = subject.votes_for - weight;
  const auto& side = in_favour ? subject.votes_for : subject.votes_against;
  side = side + weight;
  ballot = in_favour ? 2 : 1;
  emit<VoteCast>(id, voter, in_favour, weight);
  return weight;
}

void execute(uint256 id) {
  expect(id, proposal_state::succeeded);
  const proposal subject = proposal_at(id);
  const uint256 holdings = static_invoke<"balanceOf", uint256>(token, this_address());
  const uint256 available = sub(holdings, total_votes().latest());
  const uint256 amount = subject.amount;
  if (available < amount) revert<InsufficientTreasury>(available, amount);
  subject.is_executed = true;
  pay(subject.get().recipient, amount);
  emit<Executed>(id);
}

address get_token() { return token; }
uint256 get_votes(address account) { return votes_of(account).latest(); }
uint256 get_past_votes(address account, uint256 timepoint) { return votes_of(account).at_block(past(timepoint)); }
uint256 get_past_total(uint256 timepoint) { return total_votes().at_block(past(timepoint)); }

returns<uint256, uint256> tally(uint256 id) {
  const proposal subject = proposal_at(id);
  return {subject.votes_for, subject.votes_against};
}

}  // namespace

TRIMETER_CONSTRUCTOR(initialize)
TRIMETER_CONTRACT(
  view<"token", get_token>,
  view<"clock", now>,
  view<"getVotes", get_votes>,
  view<"getPastVotes", get_past_votes>,
  view<"getPastTotalSupply", get_past_total>,
  view<"stateOf", state_of>,
  view<"tally", tally>,
  method<"advance", advance>,
  method<"lock", lock>,
  method<"unlock", unlock>,
  method<"propose", propose>,
  method<"castVote", cast_vote>,
  method<"execute", execute>
)
