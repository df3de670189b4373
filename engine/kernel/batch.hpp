// Calls held in the kernel's memory and folded into a tally there, so that nothing crosses per call but the guest itself.
#pragma once

#include "frames.hpp"

namespace trimeter::kernel {

/** As in kernel-exports.ts. */
struct BatchRecord {
  uint32_t account;
  uint32_t caller;
  uint32_t input_at;
  uint32_t input_bytes;
  uint64_t gas_limit;
  uint64_t unused;
  Word value;
};
static_assert(sizeof(BatchRecord) == 64);

struct Batch {
  BatchRecord* records;
  uint32_t count;
  /** Records and inputs. */
  uint32_t size;
  uint32_t order;
  /** Of the message that was opened last. */
  uint32_t index;
};
inline Batch batch;

/** As engine/batch-tally.ts defines it. */
struct Tally {
  uint32_t counts[3];
  uint32_t checksum;
  /** 128 bits: four calls of the largest gas limit are more than 64 hold. */
  uint64_t gas_used;
  uint64_t gas_used_high;
};
inline Tally tally;

inline uint8_t* reserve_batch(uint32_t count, uint32_t input_bytes) {
  const uint64_t size = uint64_t{count} * sizeof(BatchRecord) + input_bytes + slack_bytes;
  require(size <= uint64_t{1} << 31);
  const uint32_t order = order_for(static_cast<uint32_t>(size));
  if (batch.records == nullptr || order > batch.order) {
    auto* records = static_cast<BatchRecord*>(allocate(order));
    if (batch.records != nullptr) release(batch.records, batch.order);
    batch.records = records;
    batch.order = order;
  }
  batch.count = count;
  batch.size = static_cast<uint32_t>(size) - slack_bytes;
  return reinterpret_cast<uint8_t*>(batch.records);
}

inline const BatchRecord& batch_record(uint32_t index) {
  require(index < batch.count);
  return batch.records[index];
}

inline int32_t open_batched(uint32_t index) {
  const BatchRecord& record = batch_record(index);
  require(frames.depth == 0 && journal.changes.count == 0);
  require(record.input_at <= batch.size && record.input_bytes <= batch.size - record.input_at);
  const Region call_data = {reinterpret_cast<uint8_t*>(batch.records) + record.input_at, record.input_bytes + slack_bytes};
  if (!open_frame(record.account, record.caller, false, call_data, record.input_bytes)) return -1;
  innermost().message.value = record.value;
  batch.index = index;
  return static_cast<int32_t>(record.input_bytes);
}

/** FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
inline void close_batched(uint32_t status, uint64_t gas_used) {
  constexpr uint32_t prime = 0x01000193;
  // What has changed outside the kernel only the engine can take back.
  require(frames.depth == 1 && status <= 2 && (status == 0 || journal.note_count == 0));
  const Frame& frame = innermost();
  uint32_t hash = (tally.checksum ^ status) * prime;
  const uint8_t* output = frames.outputs[1].at;
  const uint32_t bytes = status == 2 ? 0 : frame.output_bytes;
  for (uint32_t i = 0; i < bytes; i++) hash = (hash ^ output[i]) * prime;
  tally.checksum = hash;
  tally.counts[status]++;
  tally.gas_used += gas_used;
  tally.gas_used_high += tally.gas_used < gas_used;
  close_frame(status);
  end_transaction();
}

}  // namespace trimeter::kernel
