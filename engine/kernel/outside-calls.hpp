// Calls from outside, one by one: each is opened and closed by its guest's entry, and what it came to lies in one record,
// so that JavaScript crosses once per call.
#pragma once

#include "frames.hpp"

namespace trimeter::kernel {

/** As in kernel-exports.ts. */
struct EndedCall {
  uint64_t gas_left;
  const uint8_t* output;
  uint32_t output_bytes;
  /** The youngest. */
  const Event* last_event;
  /** Taken back. */
  uint32_t notes;
  /** Whether the transaction is: a success whose output or events the engine may find no room for could be taken back still. */
  uint32_t is_open;
};
inline EndedCall ended_call;

inline bool open_call(uint32_t account, uint32_t caller, uint32_t input_bytes) {
  require(frames.depth == 0 && journal.changes.count == 0);
  ensure_buffers();
  return open_frame(account, caller, false, frames.open[child_input], input_bytes);
}

inline void close_call(uint32_t status, uint64_t gas_left) {
  require(frames.depth == 1);
  const uint32_t output_bytes = innermost().output_bytes;
  const uint32_t notes = close_frame(status);
  const bool is_open = status == 0 && (output_bytes > 0 || events.last != nullptr);
  ended_call = {gas_left, frames.outputs[1].at, output_bytes, events.last, notes, is_open};
  if (!is_open) end_transaction();
}

}  // namespace trimeter::kernel
