// A stack in pages that are kept for the next time, so that growing copies nothing.
#pragma once

#include "accounts.hpp"

namespace trimeter::kernel {

enum class Change : uint32_t { slot, created_slot, transient, note, event };

/** What something was before it changed. Notes and events have no account. */
struct LogEntry {
  Account* account;
  Change change;
  Word key;
  Word before;
};

struct LogPage {
  LogPage* previous;
  LogPage* next;
  LogEntry entries[(page_bytes - 2 * sizeof(LogPage*)) / sizeof(LogEntry)];
};

struct Log {
  /** Entries that are there. */
  uint32_t count;
  LogPage* page;
  /** Where the next entry goes, and where the page ends. */
  LogEntry* next;
  LogEntry* end;

  void push(const LogEntry& entry) {
    if (__builtin_expect(next == end, 0)) add_page();
    *next++ = entry;
    count++;
  }

  /** The youngest entry, which stays readable until the next push. */
  const LogEntry& pop() {
    if (__builtin_expect(next == page->entries, 0)) enter(page->previous, true);
    count--;
    return *--next;
  }

  void clear() {
    if (count == 0) return;
    while (page->previous != nullptr) page = page->previous;
    enter(page, false);
    count = 0;
  }

 private:
  void enter(LogPage* entered, bool at_end) {
    page = entered;
    end = entered->entries + sizeof(LogPage::entries) / sizeof(LogEntry);
    next = at_end ? end : entered->entries;
  }

  [[gnu::noinline]] void add_page() {
    LogPage* added = page == nullptr ? nullptr : page->next;
    if (added == nullptr) {
      added = static_cast<LogPage*>(allocate(page_order));
      added->previous = page;
      added->next = nullptr;
      if (page != nullptr) page->next = added;
    }
    enter(added, false);
  }
};

}  // namespace trimeter::kernel
