// What takes changes back, at three distances: to a checkpoint of the running transaction, to a snapshot between
// transactions, and (for the digest) to the last time someone asked.
//
// Each is a log of what slots were before. A slot is logged only once between two checkpoints, snapshots or digests:
// its stamp holds the epoch in which it was last logged, and every such event begins a new epoch. So writing the same
// slots over and over grows no log, however long ago the last snapshot was.
#pragma once

#include "log.hpp"

namespace trimeter::kernel {

struct Journal {
  /** Of the transaction: all that `revert` knows. */
  Log changes;
  /** Of slots since the snapshots. */
  Log history;
  /** Of slots since the last digest. */
  Log dirty;
  uint64_t epoch;
  /** Epoch of the youngest snapshot; 0 while there is none. */
  uint64_t snapshot_epoch;
  /** Whether a digest was ever asked for. */
  bool has_digest;
  /** Whether this transaction has left slots of value zero, which its end drops. */
  bool has_zeros;
  /** Among the changes. */
  uint32_t note_count;
  Account* with_transients;
};
inline constinit Journal journal{
    .changes = {},
    .history = {},
    .dirty = {},
    .epoch = 2,
    .snapshot_epoch = 0,
    .has_digest = false,
    .has_zeros = false,
    .note_count = 0,
    .with_transients = nullptr,
};

/** In a stamp, beside the epoch: the slot is in the log of what the digest has not seen. */
inline constexpr uint64_t dirty_flag = 1;

[[gnu::always_inline]] inline void mark_dirty(Account* account, Slot* slot) {
  if (!journal.has_digest || (slot->stamp & dirty_flag) != 0) return;
  journal.dirty.push({account, Change::slot, slot->key, slot->value});
  slot->stamp |= dirty_flag;
}

/** Logs a slot that is about to change. */
[[gnu::always_inline]] inline void log_slot(Account* account, Slot* slot, Change change) {
  const uint64_t logged = slot->stamp >> 1;
  if (logged == journal.epoch) return;
  if (logged < journal.snapshot_epoch) journal.history.push({account, Change::slot, slot->key, slot->value});
  mark_dirty(account, slot);
  journal.changes.push({account, change, slot->key, slot->value});
  slot->stamp = journal.epoch << 1 | (slot->stamp & dirty_flag);
}

[[gnu::always_inline]] inline void set_value(Account* account, Slot* slot, const Word& value) {
  account->slot_count += static_cast<uint32_t>(!value.is_zero()) - static_cast<uint32_t>(!slot->value.is_zero());
  slot->value = value;
}

/** Zero for a slot that was never written. */
[[gnu::always_inline]] inline Word load_from(const Table& table, uint64_t hash, const Word& key) {
  const Slot* slot = find(table, hash, key);
  return slot == nullptr ? Word{} : slot->value;
}

[[gnu::always_inline]] inline void store_slot(Account* account, uint64_t hash, const Word& key, const Word& value) {
  Slot* slot = find(account->slots, hash, key);
  if (slot != nullptr) {
    if (slot->value == value) return;
    log_slot(account, slot, Change::slot);
    journal.has_zeros |= value.is_zero();
  } else {
    if (value.is_zero()) return;
    slot = insert(account->slots, hash, key);
    log_slot(account, slot, Change::created_slot);
  }
  set_value(account, slot, value);
}

inline void store_transient(Account* account, const Word& key, const Word& value) {
  const uint64_t hash = hash_of(key);
  Slot* slot = find(account->transients, hash, key);
  if (slot == nullptr) {
    if (value.is_zero()) return;
    slot = insert(account->transients, hash, key);
    if (!account->has_transients) {
      account->has_transients = 1;
      account->next_with_transients = journal.with_transients;
      journal.with_transients = account;
    }
  }
  if (slot->stamp >> 1 != journal.epoch) journal.changes.push({account, Change::transient, key, slot->value});
  slot->stamp = journal.epoch << 1;
  slot->value = value;
}

/** Drops a slot without value, unless a stamp on it is still needed to keep it from being logged twice. */
inline void drop_if_unused(Account* account, const Slot* slot) {
  if (!slot->value.is_zero() || journal.snapshot_epoch != 0 || (slot->stamp & dirty_flag) != 0) return;
  remove(account->slots, slot);
}

inline uint32_t checkpoint() {
  journal.epoch++;
  return journal.changes.count;
}

}  // namespace trimeter::kernel
