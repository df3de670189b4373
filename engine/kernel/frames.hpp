// Running calls: a stack of frames, each with its write cache, and the buffers through which bytes come and go.
#pragma once

#include "transaction.hpp"

namespace trimeter::kernel {

/** Numbered as in kernel-exports.ts. */
enum Buffer : uint32_t { input, return_data, output, scratch, child_input, message, environment, buffer_count };

inline constexpr uint32_t largest_payload = 128 << 10;
inline constexpr uint32_t most_topics = 4;
/** Behind what a buffer is for, so that 64 bytes can be moved from any place in it. */
inline constexpr uint32_t slack_bytes = 64;
inline constexpr uint32_t payload_room = largest_payload + 32 * most_topics + slack_bytes;
/** 65 calls, one inside the other, and what is outside of them all. */
inline constexpr uint32_t frame_count = 66;

/** All that may be read or written of a buffer. */
struct Region {
  uint8_t* at;
  uint32_t size;
};

struct Message {
  /** 20 bytes and zeros. */
  Word self;
  Word caller;
  Word value;
  uint8_t slack[slack_bytes];
};

struct Frame {
  Account* account;
  uint32_t account_number;
  bool is_static;
  uint32_t checkpoint;
  /** Writes that wait for a flush. The stamp of one is the hash of its key. */
  Table cache;
  uint32_t cached;
  Region input;
  uint32_t input_bytes;
  uint32_t output_bytes;
  uint32_t return_bytes;
  Message message;
};

/** Frame 0 is the outside: it has no account, but call data to hand over and return data to read. */
struct Frames {
  Frame stack[frame_count];
  uint32_t depth;
  uint32_t payload_limit;
  uint32_t event_limit;
  /** By depth of the frame that receives them or has written them. */
  Region inputs[frame_count + 1];
  Region outputs[frame_count + 1];
  Region scratch;
  /** Those of the innermost frame. */
  Region open[buffer_count];
};
inline Frames frames;
inline uint8_t environment_bytes[512 + slack_bytes];
inline Word exchange_words[2];

inline Frame& innermost() { return frames.stack[frames.depth]; }

/** The frame that a function for guests works on. */
inline Frame& running() {
  require(frames.depth > 0);
  return innermost();
}

inline Region allocate_region(uint32_t size) { return {static_cast<uint8_t*>(allocate(order_for(size))), size}; }

/** Makes the buffers known that belong to the innermost frame, and those that its next child needs. */
inline void show_buffers() {
  const uint32_t depth = frames.depth;
  if (__builtin_expect(frames.inputs[depth + 1].at == nullptr, 0)) {
    frames.inputs[depth + 1] = allocate_region(payload_room);
    frames.outputs[depth + 1] = allocate_region(payload_room);
    if (frames.scratch.at == nullptr) frames.scratch = allocate_region(payload_room);
  }
  Frame& frame = frames.stack[depth];
  frames.open[input] = frame.input;
  frames.open[return_data] = frames.outputs[depth + 1];
  frames.open[output] = frames.outputs[depth];
  frames.open[scratch] = frames.scratch;
  frames.open[child_input] = frames.inputs[depth + 1];
  frames.open[message] = {reinterpret_cast<uint8_t*>(&frame.message), sizeof(Message)};
  frames.open[environment] = {environment_bytes, sizeof(environment_bytes)};
}

/** Before anything has run there are no buffers; the first call of any function that needs one comes here. */
inline void ensure_buffers() {
  if (__builtin_expect(frames.open[scratch].at == nullptr, 0)) show_buffers();
}

template <class T>
T* place_in(uint32_t buffer, uint32_t offset) {
  require(buffer < buffer_count);
  const Region& region = frames.open[buffer];
  require(region.size >= sizeof(T) && offset <= region.size - sizeof(T));
  return reinterpret_cast<T*>(region.at + offset);
}

inline bool is_writable(uint32_t buffer) { return buffer == output || buffer == scratch || buffer == child_input; }

/** Gives scratch more room than thunks need. What was in it is lost. */
inline uint8_t* reserve_scratch(uint32_t size) {
  ensure_buffers();
  if (size > frames.scratch.size) {
    require(size < (1u << 31) - slack_bytes);
    const Region larger = {static_cast<uint8_t*>(allocate(order_for(size + slack_bytes))), size + slack_bytes};
    release(frames.scratch.at, order_for(frames.scratch.size));
    frames.scratch = frames.open[scratch] = larger;
  }
  return frames.scratch.at;
}

inline bool open_frame(uint32_t account_number, uint32_t caller, bool is_static, Region call_data, uint32_t bytes) {
  Account* account = account_at(account_number);
  const Account* calling = account_at(caller);
  if (frames.depth + 1 >= frame_count || bytes > largest_payload) return false;
  frames.depth++;
  Frame& frame = innermost();
  frame.input = call_data;
  show_buffers();
  frame.account = account;
  frame.account_number = account_number;
  frame.is_static = is_static;
  frame.checkpoint = checkpoint();
  frame.input_bytes = bytes;
  frame.output_bytes = 0;
  frame.return_bytes = 0;
  frame.message.self = account->address;
  frame.message.caller = calling->address;
  frame.message.value = {};
  return true;
}

inline void clear_cache(Frame& frame) {
  if (frame.cached == 0) return;
  clear(frame.cache);
  frame.cached = 0;
}

/** 0 success, 1 revert, 2 trap. Returns the number of notes taken back. */
inline uint32_t close_frame(uint32_t status) {
  require(status <= 2);
  Frame& frame = running();
  clear_cache(frame);
  const uint32_t notes = status == 0 ? 0 : revert(frame.checkpoint);
  const uint32_t returned = status == 2 ? 0 : frame.output_bytes;
  frames.depth--;
  innermost().return_bytes = returned;
  show_buffers();
  return notes;
}

// The write cache

[[gnu::always_inline]] inline Word load_cached(const Word& key) {
  const Frame& frame = running();
  require(!frame.account->is_barred);
  const uint64_t hash = hash_of(key);
  if (frame.cached != 0) {
    if (const Slot* slot = find(frame.cache, hash, key)) return slot->value;
  }
  return load_from(frame.account->slots, hash, key);
}

[[gnu::always_inline]] inline void store_cached(const Word& key, const Word& value) {
  Frame& frame = running();
  require(!frame.is_static);
  const uint64_t hash = hash_of(key);
  Slot* slot = find(frame.cache, hash, key);
  if (slot == nullptr) {
    slot = insert(frame.cache, hash, key);
    slot->stamp = hash;
    frame.cached++;
  }
  slot->value = value;
}

inline uint32_t flush_cache() {
  Frame& frame = running();
  require(!frame.account->is_barred);
  const uint32_t words = frame.cached;
  if (words == 0) return 0;
  for_each_slot(frame.cache.root, [&](const Slot& slot) { store_slot(frame.account, slot.stamp, slot.key, slot.value); });
  clear_cache(frame);
  return words;
}

inline void emit_event(uint32_t topic_count, uint32_t bytes) {
  const Frame& frame = running();
  require(!frame.is_static && topic_count <= most_topics && events.count < frames.event_limit);
  const uint32_t topic_bytes = 32 * topic_count;
  require(bytes >= topic_bytes && bytes - topic_bytes <= frames.payload_limit);
  __builtin_memcpy(add_event(frame.account_number, topic_count, bytes)->data, frames.scratch.at, bytes);
}

}  // namespace trimeter::kernel
