// The state digest's sum: LtHash16 with 1024 lanes of 16 bits over TurboSHAKE128, as docs/adr/0007 defines it.
#pragma once

#include "frames.hpp"
#include "keccak.hpp"

namespace trimeter::kernel {

inline constexpr uint32_t sum_words = 256;
inline uint64_t digest_lanes[sum_words];

/** Four 16-bit additions, or subtractions, at once. */
template <bool IsAdded>
uint64_t combine(uint64_t a, uint64_t b) {
  constexpr uint64_t high = 0x8000800080008000;
  if constexpr (IsAdded) return ((a & ~high) + (b & ~high)) ^ ((a ^ b) & high);
  return ((a | high) - (b & ~high)) ^ ((a ^ ~b) & high);
}

template <bool IsAdded>
void add_element(const uint8_t* data, uint32_t size) {
  uint64_t state[25]{};
  absorb<12>(state, data, size, turboshake_rate_bytes, 0x1f);
  constexpr uint32_t rate_words = turboshake_rate_bytes / 8;
  for (uint32_t at = 0;;) {
    for (uint32_t i = 0; i < rate_words && at < sum_words; i++, at++) {
      digest_lanes[at] = combine<IsAdded>(digest_lanes[at], state[i]);
    }
    if (at == sum_words) return;
    permute<12>(state);
  }
}

/** An element for a slot: a kind, the address, and key and value with their lengths. */
struct SlotElement {
  uint8_t bytes[1 + 20 + 4 + 32 + 4 + 32]{};

  SlotElement(const Account& account, const Word& key, const Word& value) {
    bytes[0] = 1;
    __builtin_memcpy(bytes + 1, &account.address, 20);
    bytes[24] = 32;
    __builtin_memcpy(bytes + 25, &key, 32);
    bytes[60] = 32;
    __builtin_memcpy(bytes + 61, &value, 32);
  }
};

template <bool IsAdded>
void add_slot(const Account& account, const Word& key, const Word& value) {
  if (value.is_zero()) return;
  const SlotElement element(account, key, value);
  add_element<IsAdded>(element.bytes, sizeof(element.bytes));
}

/** The first time all slots, later those that have changed. Begins a new epoch, so that changes to come are logged. */
inline void digest_slots() {
  if (!journal.has_digest) {
    for_each_account([](const Account& account) {
      for_each_slot(account.slots.root, [&](const Slot& slot) { add_slot<true>(account, slot.key, slot.value); });
    });
    journal.has_digest = true;
  }
  while (journal.dirty.count > 0) {
    const LogEntry& entry = journal.dirty.pop();
    Slot* slot = logged_slot(entry);
    slot->stamp &= ~dirty_flag;
    if (!(entry.before == slot->value)) {
      add_slot<false>(*entry.account, entry.key, entry.before);
      add_slot<true>(*entry.account, entry.key, slot->value);
    }
    drop_if_unused(entry.account, slot);
  }
  journal.epoch++;
}

}  // namespace trimeter::kernel
