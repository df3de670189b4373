#include "state.hpp"

namespace native {

namespace {

Word word_of(const uint256& value) {
  return {{value.limb[0], value.limb[1], value.limb[2], value.limb[3]}};
}

uint256 integer_of(const Word& word) {
  return {word.parts[0], word.parts[1], word.parts[2], word.parts[3]};
}

}  // namespace

void State::set_slot(uint32_t index, const Word& value) {
  undo_.push_back({Undo::Kind::slot, index, slots_[index].value});
  slots_[index].value = value;
}

void State::set_transient(uint32_t account, const Word& key, const Word& value) {
  const uint32_t index = transient_.find_or_add({key, account});
  undo_.push_back({Undo::Kind::transient, index, transient_[index].value});
  transient_[index].value = value;
}

void State::set_balance(uint32_t account, const uint256& balance) {
  undo_.push_back({Undo::Kind::balance, account, word_of(accounts_[account].balance)});
  accounts_[account].balance = balance;
}

void State::set_nonce(uint32_t account, uint64_t nonce) {
  undo_.push_back({Undo::Kind::nonce, account, {{accounts_[account].nonce}}});
  accounts_[account].nonce = nonce;
}

void State::set_program(uint32_t account, uint32_t program) {
  undo_.push_back({Undo::Kind::program, account, {{accounts_[account].program}}});
  accounts_[account].program = program;
}

void State::learn(uint32_t program) {
  if (knows(program)) return;
  if (program >= known_.size()) known_.resize(program + 1);
  undo_.push_back({Undo::Kind::known, program, {}});
  known_[program] = true;
}

void State::add_event(uint32_t account, uint32_t topic_count, const uint8_t* data, size_t length_bytes) {
  events_.push_back({account, topic_count, event_bytes_.size(), length_bytes});
  event_bytes_.insert(event_bytes_.end(), data, data + length_bytes);
}

void State::revert(const Checkpoint& to) {
  for (; undo_.size() > to.undo_count; undo_.pop_back()) {
    const auto& [kind, index, before] = undo_.back();
    switch (kind) {
      case Undo::Kind::slot:
        slots_[index].value = before;
        break;
      case Undo::Kind::transient:
        transient_[index].value = before;
        break;
      case Undo::Kind::balance:
        accounts_[index].balance = integer_of(before);
        break;
      case Undo::Kind::nonce:
        accounts_[index].nonce = before.parts[0];
        break;
      case Undo::Kind::program:
        accounts_[index].program = static_cast<uint32_t>(before.parts[0]);
        break;
      case Undo::Kind::known:
        known_[index] = false;
        break;
    }
  }
  if (events_.size() > to.event_count) {
    event_bytes_.resize(events_[to.event_count].start);
    events_.resize(to.event_count);
  }
}

void State::end_transaction() {
  undo_.clear();
  events_.clear();
  event_bytes_.clear();
  transient_.clear();
}

size_t State::snapshot() {
  snapshots_.push_back({accounts_, slots_, known_});
  return snapshots_.size() - 1;
}

bool State::restore(size_t snapshot) {
  if (snapshot >= snapshots_.size()) return false;
  snapshots_.erase(snapshots_.begin() + snapshot + 1, snapshots_.end());
  accounts_ = snapshots_[snapshot].accounts;
  slots_ = snapshots_[snapshot].slots;
  known_ = snapshots_[snapshot].known;
  return true;
}

}  // namespace native
