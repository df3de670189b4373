#pragma once

#include <vector>

#include "table.hpp"
#include "words.hpp"

namespace native {

inline constexpr uint32_t no_program = ~uint32_t{0};

struct Account {
  using Key = Address;

  Address address;
  uint256 balance;
  uint64_t nonce = 0;
  /** Index in the world's programs. */
  uint32_t program = no_program;
  /** Calls and creations that run for this account now. */
  uint32_t running = 0;

  explicit Account(const Address& key) : address(key) {}
  const Address& key() const { return address; }
  static uint64_t hash(const Address& key) { return hash_of(key); }
};

struct SlotKey {
  Word word;
  uint32_t account;

  bool operator==(const SlotKey& other) const = default;
};

/** A storage slot, with the write of it that a running frame has not flushed yet. */
struct Slot {
  using Key = SlotKey;

  SlotKey slot_key;
  Word value{};
  Word pending{};
  /** Serial number of the frame whose write `pending` is; 0 for none. */
  uint64_t pending_frame = 0;
  /** Serial number of the static frame that has loaded `value`; 0 for none. */
  uint64_t loaded_frame = 0;

  explicit Slot(const SlotKey& key) : slot_key(key) {}
  const SlotKey& key() const { return slot_key; }
  static uint64_t hash(const SlotKey& key) { return hash_of(key.word, key.account); }
};

/** An event; its topics and then its data lie in `State::event_bytes`. */
struct Event {
  uint32_t account;
  uint32_t topic_count;
  size_t start;
  size_t length_bytes;
};

/** Where to go back to: lengths of the undo log and of the events. */
struct Checkpoint {
  size_t undo_count;
  size_t event_count;
};

/**
 * Accounts and storage with an undo log: a revert costs what was written, never a copy of the state. A snapshot is a
 * copy, so that calls after it cost what they cost before.
 */
class State {
 public:
  uint32_t account_index(const Address& address) { return accounts_.find_or_add(address); }
  /** Null for an account that nothing has touched; looking creates none. */
  const Account* find_account(const Address& address) const { return accounts_.find(address); }
  Account& account(uint32_t index) { return accounts_[index]; }
  const std::vector<Account>& accounts() const { return accounts_.entries(); }
  const std::vector<Slot>& slots() const { return slots_.entries(); }

  uint32_t slot_index(uint32_t account, const Word& key) { return slots_.find_or_add({key, account}); }
  Slot& slot(uint32_t index) { return slots_[index]; }
  void set_slot(uint32_t index, const Word& value);

  const Word& transient(uint32_t account, const Word& key) {
    return transient_[transient_.find_or_add({key, account})].value;
  }
  void set_transient(uint32_t account, const Word& key, const Word& value);

  void set_balance(uint32_t account, const uint256& balance);
  void set_nonce(uint32_t account, uint64_t nonce);
  void set_program(uint32_t account, uint32_t program);

  /** Whether contracts may create instances of a program: it was deployed, or is being deployed. */
  bool knows(uint32_t program) const { return program < known_.size() && known_[program]; }
  void learn(uint32_t program);

  const std::vector<Event>& events() const { return events_; }
  const uint8_t* event_bytes() const { return event_bytes_.data(); }
  void add_event(uint32_t account, uint32_t topic_count, const uint8_t* data, size_t length_bytes);

  Checkpoint checkpoint() const { return {undo_.size(), events_.size()}; }
  void revert(const Checkpoint& to);

  /** After a call from outside, and after its events were read: drops them, transient storage and the undo log. */
  void end_transaction();

  size_t snapshot();
  /** Later snapshots are dropped. False if there is no such snapshot. */
  bool restore(size_t snapshot);

 private:
  struct Undo {
    enum class Kind : uint8_t { slot, transient, balance, nonce, program, known } kind;
    uint32_t index;
    Word before;
  };

  struct Snapshot {
    Table<Account> accounts;
    Table<Slot> slots;
    std::vector<bool> known;
  };

  Table<Account> accounts_;
  Table<Slot> slots_;
  Table<Slot> transient_;
  /** By index in the world's programs. */
  std::vector<bool> known_;
  std::vector<Undo> undo_;
  std::vector<Event> events_;
  std::vector<uint8_t> event_bytes_;
  std::vector<Snapshot> snapshots_;
};

}  // namespace native
