// How messages and outcomes cross between JavaScript and the host; `native-ref/wire.ts` is the other side. Integers are
// big-endian.
#pragma once

#include <vector>

#include "world.hpp"

namespace native {

/** Takes values off a byte string that `wire.ts` has made and whose lengths are therefore right. */
class Reader {
 public:
  Reader(const uint8_t* data, size_t length) : at_(data), end_(data + length) {}

  bool at_end() const { return at_ == end_; }
  const uint8_t* take(size_t length) {
    const uint8_t* start = at_;
    at_ += length;
    return start;
  }
  uint32_t u32() {
    uint32_t value;
    __builtin_memcpy(&value, take(4), 4);
    return __builtin_bswap32(value);
  }
  uint64_t u64() {
    uint64_t value;
    __builtin_memcpy(&value, take(8), 8);
    return __builtin_bswap64(value);
  }
  Address address() { return Address::read(take(20)); }
  uint256 integer() { return uint256::from_be(take(32)); }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
};

class Writer {
 public:
  const std::vector<uint8_t>& bytes() const { return bytes_; }
  void put(const uint8_t* data, size_t length) {
    const size_t at = bytes_.size();
    bytes_.resize(at + length);
    if (length != 0) __builtin_memcpy(bytes_.data() + at, data, length);
  }
  void u8(uint8_t value) { bytes_.push_back(value); }
  void u32(uint32_t value) {
    value = __builtin_bswap32(value);
    put(reinterpret_cast<const uint8_t*>(&value), 4);
  }
  void word(const Word& word) {
    uint8_t bytes[32];
    word.write(bytes);
    put(bytes, 32);
  }
  void integer(const uint256& value) {
    uint8_t bytes[32];
    value.to_be(bytes);
    put(bytes, 32);
  }

 private:
  std::vector<uint8_t> bytes_;
};

/** Caller (20), callee (20), value (32), input length (4), input. */
inline Execution run_message(World& world, Reader& in) {
  const Address caller = in.address();
  const Address to = in.address();
  const uint256 value = in.integer();
  const uint32_t length = in.u32();
  return world.call(caller, to, value, in.take(length), length);
}

/**
 * Status (1), trap code (1), output length (4), output, number of events (4), and per event: address (20), number of
 * topics (1), length of topics and data (4), topics and data.
 */
inline void write_outcome(World& world, const Execution& execution, Writer& out) {
  const std::vector<uint8_t>& output = world.output();
  const std::vector<Event>& events = world.state.events();
  out.u8(static_cast<uint8_t>(execution.status));
  out.u8(static_cast<uint8_t>(execution.trap));
  out.u32(static_cast<uint32_t>(output.size()));
  out.put(output.data(), output.size());
  out.u32(static_cast<uint32_t>(events.size()));
  for (const Event& event : events) {
    out.put(world.state.account(event.account).address.bytes, 20);
    out.u8(static_cast<uint8_t>(event.topic_count));
    out.u32(static_cast<uint32_t>(event.length_bytes));
    out.put(world.state.event_bytes() + event.start, event.length_bytes);
  }
}

}  // namespace native
