// The host kernel: state, hashing, frames and their buffers in one WebAssembly instance. What it exports, and to whom, is
// described in kernel-exports.ts.
#include "arithmetic.hpp"
#include "batch.hpp"
#include "digest.hpp"
#include "outside-calls.hpp"

#define EXPORT(name) extern "C" [[clang::export_name(#name)]]

namespace trimeter::kernel {

struct Words8 {
  Word low, high;
};

// For guests

EXPORT(keccak64) Word keccak64(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
  return keccak256({a, b, c, d}, {e, f, g, h});
}

EXPORT(keccak_scratch) Word keccak_scratch(uint32_t bytes) {
  require(bytes <= frames.scratch.size);
  return keccak256(frames.scratch.at, bytes);
}

EXPORT(frame_load) Word frame_load(uint64_t a, uint64_t b, uint64_t c, uint64_t d) { return load_cached({a, b, c, d}); }

EXPORT(frame_cache)
void frame_cache(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
  store_cached({a, b, c, d}, {e, f, g, h});
}

EXPORT(frame_flush) uint32_t frame_flush() { return flush_cache(); }

EXPORT(transient_load) Word transient_load(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  const Account* account = running().account;
  require(!account->is_barred);
  const Word key = {a, b, c, d};
  return load_from(account->transients, hash_of(key), key);
}

EXPORT(transient_store)
void transient_store(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
  const Frame& frame = running();
  require(!frame.is_static && !frame.account->is_barred);
  store_transient(frame.account, {a, b, c, d}, {e, f, g, h});
}

EXPORT(get4) Word get4(uint32_t buffer, uint32_t offset) { return *place_in<Word>(buffer, offset); }

EXPORT(get8) Words8 get8(uint32_t buffer, uint32_t offset) { return *place_in<Words8>(buffer, offset); }

EXPORT(put4) void put4(uint32_t buffer, uint32_t offset, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  require(is_writable(buffer));
  *place_in<Word>(buffer, offset) = {a, b, c, d};
}

EXPORT(put8)
void put8(uint32_t buffer, uint32_t offset, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g,
          uint64_t h) {
  require(is_writable(buffer));
  *place_in<Words8>(buffer, offset) = {{a, b, c, d}, {e, f, g, h}};
}

EXPORT(length) uint32_t length(uint32_t buffer) {
  require(buffer <= output);
  const Frame& frame = innermost();
  return buffer == input ? frame.input_bytes : buffer == output ? frame.output_bytes : frame.return_bytes;
}

EXPORT(output_end) void output_end(uint32_t bytes) {
  Frame& frame = running();
  require(bytes <= frames.payload_limit);
  frame.output_bytes = bytes;
}

EXPORT(event_emit) void event_emit(uint32_t topic_count, uint32_t bytes) { emit_event(topic_count, bytes); }

EXPORT(math_div) Word math_div(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
  return word_of(number_of({a, b, c, d}) / number_of({e, f, g, h}));
}

EXPORT(math_mod) Word math_mod(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
  return word_of(number_of({a, b, c, d}) % number_of({e, f, g, h}));
}

EXPORT(math_pow) Word math_pow(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
  return word_of(exp(number_of({a, b, c, d}), number_of({e, f, g, h})));
}

EXPORT(math_add_mod)
Word math_add_mod(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h,
                  uint64_t i, uint64_t j, uint64_t k, uint64_t l) {
  return word_of(addmod(number_of({a, b, c, d}), number_of({e, f, g, h}), number_of({i, j, k, l})));
}

EXPORT(math_mul_mod)
Word math_mul_mod(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h,
                  uint64_t i, uint64_t j, uint64_t k, uint64_t l) {
  return word_of(mulmod(number_of({a, b, c, d}), number_of({e, f, g, h}), number_of({i, j, k, l})));
}

// For the engine

EXPORT(configure) void configure(uint32_t payload_bytes, uint32_t event_limit) {
  frames.payload_limit = payload_bytes < largest_payload ? payload_bytes : largest_payload;
  frames.event_limit = event_limit;
  ensure_buffers();
}

EXPORT(exchange) Word* exchange() { return exchange_words; }

EXPORT(scratch_reserve) uint8_t* scratch_reserve(uint32_t bytes) { return reserve_scratch(bytes); }

EXPORT(keccak_bytes) void keccak_bytes(uint32_t bytes) { exchange_words[0] = keccak_scratch(bytes); }

EXPORT(account_add) uint32_t account_add() { return add_account(); }

EXPORT(account_address) Word* account_address(uint32_t account) { return &account_at(account)->address; }

EXPORT(account_bar) void account_bar(uint32_t account) { account_at(account)->is_barred = 1; }

EXPORT(slot_count) uint32_t slot_count(uint32_t account) { return account_at(account)->slot_count; }

EXPORT(slot_read) uint32_t slot_read(uint32_t account) {
  exchange_words[1] = load_from(account_at(account)->slots, hash_of(exchange_words[0]), exchange_words[0]);
  return !exchange_words[1].is_zero();
}

EXPORT(slot_write) void slot_write(uint32_t account) {
  store_slot(account_at(account), hash_of(exchange_words[0]), exchange_words[0], exchange_words[1]);
}

EXPORT(transient_read) uint32_t transient_read(uint32_t account) {
  exchange_words[1] = load_from(account_at(account)->transients, hash_of(exchange_words[0]), exchange_words[0]);
  return !exchange_words[1].is_zero();
}

EXPORT(transient_write) void transient_write(uint32_t account) {
  store_transient(account_at(account), exchange_words[0], exchange_words[1]);
}

EXPORT(slots_list) uint32_t slots_list(uint32_t account) {
  const Account* listed = account_at(account);
  auto* next = reinterpret_cast<Word*>(reserve_scratch(listed->slot_count * 2 * sizeof(Word)));
  for_each_slot(listed->slots.root, [&](const Slot& slot) {
    if (slot.value.is_zero()) return;
    *next++ = slot.key;
    *next++ = slot.value;
  });
  return listed->slot_count;
}

EXPORT(checkpoint) uint32_t checkpoint_here() { return checkpoint(); }

EXPORT(change_count) uint32_t change_count() { return journal.changes.count; }

EXPORT(revert) uint32_t revert_to(uint32_t checkpoint) { return revert(checkpoint); }

EXPORT(note) void note() {
  journal.changes.push({nullptr, Change::note, {}, {}});
  journal.note_count++;
}

EXPORT(end_transaction) void end_transaction_here() {
  require(frames.depth == 0);
  end_transaction();
}

EXPORT(snapshot) uint32_t snapshot_here() { return snapshot(); }

EXPORT(restore) void restore_to(uint32_t place) { restore(place); }

EXPORT(frame_open) uint32_t frame_open(uint32_t account, uint32_t caller, uint32_t is_static, uint32_t bytes) {
  ensure_buffers();
  return open_frame(account, caller, is_static != 0, frames.open[child_input], bytes);
}

EXPORT(frame_close) uint32_t frame_close(uint32_t status) { return close_frame(status); }

EXPORT(frame_depth) uint32_t frame_depth() { return frames.depth; }

EXPORT(buffer_address) uint8_t* buffer_address(uint32_t buffer) {
  require(buffer < buffer_count);
  ensure_buffers();
  return frames.open[buffer].at;
}

EXPORT(set_length) void set_length(uint32_t buffer, uint32_t bytes) {
  require(buffer <= output && bytes <= largest_payload && bytes <= frames.open[buffer].size);
  Frame& frame = innermost();
  (buffer == input ? frame.input_bytes : buffer == output ? frame.output_bytes : frame.return_bytes) = bytes;
}

EXPORT(event_count) uint32_t event_count() { return events.count; }

EXPORT(event_add) uint8_t* event_add(uint32_t account, uint32_t topic_count, uint32_t bytes) {
  account_at(account);
  return add_event(account, topic_count, bytes)->data;
}

EXPORT(event_last) const Event* event_last() { return events.last; }

EXPORT(batch_reserve) uint8_t* batch_reserve(uint32_t count, uint32_t input_bytes) { return reserve_batch(count, input_bytes); }

EXPORT(batch_open) int32_t batch_open(uint32_t index) { return open_batched(index); }

EXPORT(batch_index) uint32_t batch_index() { return batch.index; }

EXPORT(batch_close) void batch_close(uint32_t status, uint64_t gas_used) { close_batched(status, gas_used); }

EXPORT(batch_gas_limit) uint64_t batch_gas_limit(uint32_t index) { return batch_record(index).gas_limit; }

EXPORT(batch_tally) Tally* batch_tally() { return &tally; }

EXPORT(call_open) uint32_t call_open(uint32_t account, uint32_t caller, uint32_t input_bytes) {
  return open_call(account, caller, input_bytes);
}

EXPORT(call_close) void call_close(uint32_t status, uint64_t gas_left) { close_call(status, gas_left); }

EXPORT(call_ended) const EndedCall* call_ended() { return &ended_call; }

EXPORT(digest_reset) void digest_reset() { __builtin_memset(digest_lanes, 0, sizeof(digest_lanes)); }

EXPORT(digest_element) void digest_element(uint32_t bytes, uint32_t is_added) {
  require(bytes <= frames.scratch.size);
  if (is_added) add_element<true>(frames.scratch.at, bytes);
  else add_element<false>(frames.scratch.at, bytes);
}

EXPORT(digest_slots) void digest_all_slots() { digest_slots(); }

EXPORT(digest_sum) uint64_t* digest_sum() { return digest_lanes; }

}  // namespace trimeter::kernel
