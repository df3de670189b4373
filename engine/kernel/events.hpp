// Events of the running transaction, one after another in blocks that are kept for the next one.
#pragma once

#include "journal.hpp"

namespace trimeter::kernel {

struct EventBlock {
  EventBlock* next;
  /** Of the whole block. */
  uint32_t order;
};

struct Event {
  Event* previous;
  EventBlock* block;
  uint32_t account;
  uint32_t topic_count;
  uint32_t data_bytes;
  uint8_t data[];
};
static_assert(sizeof(Event) == 20);

struct Events {
  uint32_t count;
  Event* last;
  EventBlock* first_block;
  /** The block that the next event goes to if it has room there, and where in it. */
  EventBlock* block;
  uint32_t next;
};
inline Events events;

/** Appends an event whose topics and data are written later. */
inline Event* add_event(uint32_t account, uint32_t topic_count, uint32_t data_bytes) {
  constexpr uint32_t most_bytes = 1u << 30;
  require(data_bytes < most_bytes);
  const uint32_t size = (static_cast<uint32_t>(sizeof(Event)) + data_bytes + 15) & -16u;
  const auto has_room = [size](const EventBlock* block, uint32_t at) {
    return address_of(block) + (uint64_t{1} << block->order) - at >= size;
  };
  const auto begin = [](const EventBlock* block) { return address_of(block) + 16; };
  while (events.block == nullptr || !has_room(events.block, events.next)) {
    EventBlock*& following = events.block == nullptr ? events.first_block : events.block->next;
    if (following == nullptr || !has_room(following, begin(following))) {
      const uint32_t order = order_for(size + 16);
      const uint32_t usual = 16;
      auto* added = static_cast<EventBlock*>(allocate(order < usual ? usual : order));
      *added = {following, order < usual ? usual : order};
      following = added;
    }
    events.block = following;
    events.next = begin(following);
  }
  journal.changes.push({nullptr, Change::event, {}, {}});
  auto* event = pointer_to<Event>(events.next);
  *event = {events.last, events.block, account, topic_count, data_bytes};
  events.last = event;
  events.next += size;
  events.count++;
  return event;
}

inline void drop_last_event() {
  events.block = events.last->block;
  events.next = address_of(events.last);
  events.last = events.last->previous;
  events.count--;
}

inline void clear_events() {
  events.count = 0;
  events.last = nullptr;
  events.block = nullptr;
}

}  // namespace trimeter::kernel
