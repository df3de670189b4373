// Ending, reverting and restoring.
#pragma once

#include "events.hpp"

namespace trimeter::kernel {

/** The slot of a log entry, made anew if it was dropped. */
inline Slot* logged_slot(const LogEntry& entry) {
  const uint64_t hash = hash_of(entry.key);
  Slot* slot = find(entry.account->slots, hash, entry.key);
  return slot != nullptr ? slot : insert(entry.account->slots, hash, entry.key);
}

/** Takes back what came after a checkpoint. Returns the number of notes among it. */
[[gnu::noinline]] inline uint32_t revert(uint32_t checkpoint) {
  require(checkpoint <= journal.changes.count);
  uint32_t notes = 0;
  while (journal.changes.count > checkpoint) {
    const LogEntry& entry = journal.changes.pop();
    if (entry.change == Change::note) {
      notes++;
    } else if (entry.change == Change::event) {
      drop_last_event();
    } else if (entry.change == Change::transient) {
      find(entry.account->transients, hash_of(entry.key), entry.key)->value = entry.before;
    } else {
      Slot* slot = logged_slot(entry);
      mark_dirty(entry.account, slot);
      set_value(entry.account, slot, entry.before);
      if (entry.change == Change::created_slot) drop_if_unused(entry.account, slot);
    }
  }
  journal.note_count -= notes;
  journal.epoch++;
  return notes;
}

/** Drops slots that the transaction has left without value. */
[[gnu::noinline]] inline void drop_zeros() {
  while (journal.changes.count > 0) {
    const LogEntry& entry = journal.changes.pop();
    if (entry.change != Change::slot && entry.change != Change::created_slot) continue;
    const Slot* slot = find(entry.account->slots, hash_of(entry.key), entry.key);
    if (slot != nullptr) drop_if_unused(entry.account, slot);
  }
  journal.has_zeros = false;
}

[[gnu::noinline]] inline void clear_transients() {
  for (Account* account = journal.with_transients; account != nullptr; account = account->next_with_transients) {
    clear(account->transients);
    account->has_transients = 0;
  }
  journal.with_transients = nullptr;
}

inline void end_transaction() {
  if (journal.has_zeros) drop_zeros();
  journal.changes.clear();
  journal.note_count = 0;
  clear_events();
  if (journal.with_transients != nullptr) clear_transients();
  journal.epoch++;
}

inline uint32_t snapshot() {
  require(journal.changes.count == 0);
  journal.snapshot_epoch = ++journal.epoch;
  return journal.history.count;
}

inline void restore(uint32_t snapshot) {
  require(journal.changes.count == 0 && journal.snapshot_epoch != 0 && snapshot <= journal.history.count);
  while (journal.history.count > snapshot) {
    const LogEntry& entry = journal.history.pop();
    Slot* slot = logged_slot(entry);
    mark_dirty(entry.account, slot);
    set_value(entry.account, slot, entry.before);
  }
  journal.snapshot_epoch = ++journal.epoch;
}

}  // namespace trimeter::kernel
