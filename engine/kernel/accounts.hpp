// Accounts by number. The engine gives them out; whatever number a caller passes is checked here.
#pragma once

#include "slot-table.hpp"

namespace trimeter::kernel {

/** One line of memory. */
struct Account {
  /** 20 bytes and zeros. */
  Word address;
  Table slots;
  Table transients;
  /** Slots other than zero. */
  uint32_t slot_count;
  /** The engine keeps entries of this account that do not fit in slots, which functions for guests do not see. */
  uint32_t is_barred;
  /** The next account with transients of this transaction, or null. */
  Account* next_with_transients;
  uint32_t has_transients;
  uint32_t unused[2];
};
static_assert(sizeof(Account) == 64);

inline constexpr uint32_t accounts_per_page = page_bytes / sizeof(Account);

struct Accounts {
  uint32_t count;
  /** Room for 16 million accounts, as many pages as memory could ever have. */
  Account* pages[16384];
};
inline Accounts accounts;

inline Account* account_at(uint32_t number) {
  require(number < accounts.count);
  return &accounts.pages[number / accounts_per_page][number % accounts_per_page];
}

inline uint32_t add_account() {
  const uint32_t number = accounts.count;
  Account*& page = accounts.pages[number / accounts_per_page];
  require(number / accounts_per_page < sizeof(accounts.pages) / sizeof(Account*));
  if (number % accounts_per_page == 0) page = static_cast<Account*>(allocate(page_order));
  page[number % accounts_per_page] = {};
  accounts.count++;
  return number;
}

template <class Visitor>
void for_each_account(const Visitor& visit) {
  for (uint32_t number = 0; number < accounts.count; number++) visit(*account_at(number));
}

}  // namespace trimeter::kernel
