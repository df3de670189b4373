// A ledger in a hash table with open addressing: short probing loops and scattered memory accesses.
#include <stdint.h>

static constexpr uint32_t account_count = 1024;
static constexpr uint32_t slot_count = 2048;

/** An empty slot has account 0. */
struct slot {
  uint64_t account;
  uint64_t balance;
};

static slot slots[slot_count];

static uint64_t account_id(uint32_t number) { return (number + 1) * 0x9e3779b97f4a7c15; }

/** The account's slot, taken for it if it has none yet. */
static slot& find(uint64_t account) {
  uint64_t hash = account;
  hash = (hash ^ hash >> 31) * 0xbf58476d1ce4e5b9;
  uint32_t index = hash >> 53;
  while (slots[index].account != account) {
    if (slots[index].account == 0) {
      slots[index].account = account;
      break;
    }
    index = (index + 1) % slot_count;
  }
  return slots[index];
}

static bool transfer(uint64_t from, uint64_t to, uint64_t amount) {
  slot& sender = find(from);
  if (sender.balance < amount) return false;
  sender.balance -= amount;
  find(to).balance += amount;
  return true;
}

/** Makes `transfer_count` transfers between random accounts. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t transfer_count) {
  for (slot& each : slots) each = {};
  for (uint32_t i = 0; i < account_count; i++) find(account_id(i)).balance = 1000;
  uint64_t random = 88172645463325252;
  uint64_t refused = 0;
  for (uint32_t i = 0; i < transfer_count; i++) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    const uint64_t from = account_id(random % account_count);
    const uint64_t to = account_id((random >> 20) % account_count);
    if (!transfer(from, to, (random >> 40) % 1024)) refused++;
  }
  uint64_t checksum = refused;
  for (const slot& each : slots) checksum = checksum * 31 + each.balance;
  return checksum;
}
