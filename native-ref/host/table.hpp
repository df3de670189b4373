#pragma once

#include <stddef.h>
#include <stdint.h>

#include <vector>

namespace native {

/**
 * Entries found by their key. An entry keeps its index until `clear`, so that undo logs and frames can hold it while the
 * table grows. Open addressing with linear probing over 32-bit indices, at most half full. `Entry` has a `Key`, a
 * constructor from it, `key()` and a static `hash`.
 */
template <class Entry>
class Table {
 public:
  using Key = typename Entry::Key;

  uint32_t find_or_add(const Key& key) {
    if (2 * entries_.size() >= places_.size()) grow();
    size_t place = Entry::hash(key) & mask_;
    for (; places_[place] != 0; place = (place + 1) & mask_) {
      const uint32_t index = places_[place] - 1;
      if (entries_[index].key() == key) return index;
    }
    entries_.emplace_back(key);
    places_[place] = static_cast<uint32_t>(entries_.size());
    return places_[place] - 1;
  }

  /** Adds nothing: null for a key that is not there. */
  const Entry* find(const Key& key) const {
    if (places_.empty()) return nullptr;
    for (size_t place = Entry::hash(key) & mask_; places_[place] != 0; place = (place + 1) & mask_) {
      const Entry& entry = entries_[places_[place] - 1];
      if (entry.key() == key) return &entry;
    }
    return nullptr;
  }

  Entry& operator[](uint32_t index) { return entries_[index]; }
  const Entry& operator[](uint32_t index) const { return entries_[index]; }

  const std::vector<Entry>& entries() const { return entries_; }

  void clear() {
    if (entries_.empty()) return;
    entries_.clear();
    places_.assign(places_.size(), 0);
  }

 private:
  static constexpr size_t first_size = 64;

  [[gnu::noinline]] void grow() {
    places_.assign(places_.empty() ? first_size : 2 * places_.size(), 0);
    mask_ = places_.size() - 1;
    for (size_t index = 0; index < entries_.size(); index++) {
      size_t place = Entry::hash(entries_[index].key()) & mask_;
      while (places_[place] != 0) place = (place + 1) & mask_;
      places_[place] = static_cast<uint32_t>(index + 1);
    }
  }

  std::vector<Entry> entries_;
  /** Index of the entry plus one; 0 is free. A power of two in size. */
  std::vector<uint32_t> places_;
  size_t mask_ = 0;
};

}  // namespace native
