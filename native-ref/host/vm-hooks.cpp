// The host functions, with the definitions of `engine/abi/stylus/`. Guest pointers are native pointers and are not
// checked: this host is for the bundled sources, which are trusted.

#pragma GCC visibility push(default)
#include "../../contracts/sdk/vm_hooks.hpp"
#pragma GCC visibility pop

#include "create-address.hpp"
#include "world.hpp"

namespace native {

thread_local constinit Frame* current_frame = nullptr;

namespace {

Frame& frame() { return *current_frame; }
World& world() { return *frame().world; }

void check_payload(size_t length) {
  if (length > world().limits.payload_bytes) frame().trap(Trap::host_argument_invalid);
}

void copy(uint8_t* dest, const uint8_t* source, size_t length) {
  if (length != 0) __builtin_memcpy(dest, source, length);
}

/** The part of `bytes` that a guest asks for, as far as it exists. */
size_t copy_part(const std::vector<uint8_t>& bytes, size_t offset, size_t size, uint8_t* dest) {
  if (offset >= bytes.size()) return 0;
  const size_t left = bytes.size() - offset;
  const size_t length = size < left ? size : left;
  copy(dest, bytes.data() + offset, length);
  return length;
}

const Program* program_at(const uint8_t* address) {
  const Account* account = world().state.find_account(Address::read(address));
  return account == nullptr ? nullptr : world().program_of(*account);
}

uint8_t call(CallKind kind, const uint8_t* address, const uint8_t* data, size_t length, const uint256& value,
             size_t* return_data_size) {
  check_payload(length);
  const Execution execution = world().call_child(frame(), kind, Address::read(address), value, data, length);
  *return_data_size = frame().buffers->return_data.size();
  return execution.status == Status::success ? 0 : 2;
}

void create(const uint8_t* code, size_t length, const uint8_t* endowment, const uint8_t* salt, uint8_t* contract,
            size_t* revert_data_size) {
  check_payload(length);
  Address address{};
  const Execution execution =
      world().create_child(frame(), code, length, uint256::from_be(endowment), salt, address);
  if (execution.status != Status::success) address = {};
  copy(contract, address.bytes, 20);
  *revert_data_size = frame().buffers->return_data.size();
}

}  // namespace
}  // namespace native

namespace trimeter::host {

using native::frame;
using native::Trap;
using native::Word;
using native::world;

extern "C" {

void read_args(uint8_t* dest) { native::copy(dest, frame().message->input, frame().message->input_length); }

void write_result(const uint8_t* data, size_t size) {
  native::check_payload(size);
  frame().buffers->output.assign(data, data + size);
}

void exit_early(int32_t status) {
  frame().leave({status == 0 ? native::Status::success : native::Status::revert});
}

void storage_load_bytes32(const uint8_t* key, uint8_t* dest) { frame().load(Word::read(key)).write(dest); }

void storage_cache_bytes32(const uint8_t* key, const uint8_t* value) {
  frame().cache(Word::read(key), Word::read(value));
}

// The cache is emptied either way, so that a cached word can never be older than the state.
void storage_flush_cache(int32_t clear) { frame().flush(clear != 0); }

void transient_load_bytes32(const uint8_t* key, uint8_t* dest) {
  world().state.transient(frame().message->self, Word::read(key)).write(dest);
}

void transient_store_bytes32(const uint8_t* key, const uint8_t* value) {
  frame().refuse_if_static();
  world().state.set_transient(frame().message->self, Word::read(key), Word::read(value));
}

uint8_t call_contract(const uint8_t* address, const uint8_t* calldata, size_t calldata_size, const uint8_t* value,
                      uint64_t, size_t* return_data_size) {
  return native::call(native::CallKind::call, address, calldata, calldata_size, uint256::from_be(value),
                      return_data_size);
}

uint8_t static_call_contract(const uint8_t* address, const uint8_t* calldata, size_t calldata_size, uint64_t,
                             size_t* return_data_size) {
  return native::call(native::CallKind::static_call, address, calldata, calldata_size, 0, return_data_size);
}

uint8_t delegate_call_contract(const uint8_t* address, const uint8_t* calldata, size_t calldata_size, uint64_t,
                               size_t* return_data_size) {
  return native::call(native::CallKind::delegate_call, address, calldata, calldata_size, 0, return_data_size);
}

void create1(const uint8_t* code, size_t code_size, const uint8_t* endowment, uint8_t* contract,
             size_t* revert_data_size) {
  native::create(code, code_size, endowment, nullptr, contract, revert_data_size);
}

void create2(const uint8_t* code, size_t code_size, const uint8_t* endowment, const uint8_t* salt, uint8_t* contract,
             size_t* revert_data_size) {
  native::create(code, code_size, endowment, salt, contract, revert_data_size);
}

size_t read_return_data(uint8_t* dest, size_t offset, size_t size) {
  return native::copy_part(frame().buffers->return_data, offset, size, dest);
}

size_t return_data_size() { return frame().buffers->return_data.size(); }

void emit_log(const uint8_t* topics_and_data, size_t size, size_t topics) {
  frame().refuse_if_static();
  const size_t topic_bytes = 32 * topics;
  if (topics > 4 || size < topic_bytes || size > world().limits.payload_bytes + topic_bytes ||
      world().state.events().size() >= world().limits.events) {
    frame().trap(Trap::host_argument_invalid);
  }
  world().state.add_event(frame().message->self, static_cast<uint32_t>(topics), topics_and_data, size);
}

void account_balance(const uint8_t* address, uint8_t* dest) {
  const native::Account* account = world().state.find_account(native::Address::read(address));
  (account == nullptr ? native::uint256{0} : account->balance).to_be(dest);
}

size_t account_code(const uint8_t* address, size_t offset, size_t size, uint8_t* dest) {
  const native::Program* program = native::program_at(address);
  return program == nullptr ? 0 : native::copy_part(program->code, offset, size, dest);
}

size_t account_code_size(const uint8_t* address) {
  const native::Program* program = native::program_at(address);
  return program == nullptr ? 0 : program->code.size();
}

void account_codehash(const uint8_t* address, uint8_t* dest) {
  const native::Account* account = world().state.find_account(native::Address::read(address));
  const native::Program* program = account == nullptr ? nullptr : world().program_of(*account);
  if (program != nullptr) program->code_hash.write(dest);
  else if (account == nullptr || (account->balance.is_zero() && account->nonce == 0)) Word{}.write(dest);
  else native::keccak256(nullptr, 0).write(dest);
}

void block_basefee(uint8_t* dest) { world().block.base_fee.to_be(dest); }
void block_coinbase(uint8_t* dest) { native::copy(dest, world().block.coinbase.bytes, 20); }
uint64_t block_gas_limit() { return world().block.gas_limit; }
uint64_t block_number() { return world().block.number; }
uint64_t block_timestamp() { return world().block.timestamp; }
uint64_t chainid() { return world().block.chain_id; }

void contract_address(uint8_t* dest) {
  native::copy(dest, world().state.account(frame().message->self).address.bytes, 20);
}

// Nothing is metered here, so that gas never runs out.
uint64_t evm_gas_left() { return ~uint64_t{0}; }
uint64_t evm_ink_left() { return ~uint64_t{0}; }
void pay_for_memory_grow(uint16_t) {}

int32_t msg_reentrant() { return world().state.account(frame().message->self).running > 1; }
void msg_sender(uint8_t* dest) { native::copy(dest, frame().message->caller.bytes, 20); }
void msg_value(uint8_t* dest) { frame().message->value.to_be(dest); }
void tx_gas_price(uint8_t* dest) { world().block.base_fee.to_be(dest); }
uint32_t tx_ink_price() { return 1; }
void tx_origin(uint8_t* dest) { native::copy(dest, world().origin.bytes, 20); }

void math_div(uint8_t* value, const uint8_t* divisor) {
  (uint256::from_be(value) / uint256::from_be(divisor)).to_be(value);
}

void math_mod(uint8_t* value, const uint8_t* modulus) {
  (uint256::from_be(value) % uint256::from_be(modulus)).to_be(value);
}

void math_pow(uint8_t* value, const uint8_t* exponent) {
  exp(uint256::from_be(value), uint256::from_be(exponent)).to_be(value);
}

void math_add_mod(uint8_t* value, const uint8_t* addend, const uint8_t* modulus) {
  addmod(uint256::from_be(value), uint256::from_be(addend), uint256::from_be(modulus)).to_be(value);
}

void math_mul_mod(uint8_t* value, const uint8_t* multiplier, const uint8_t* modulus) {
  mulmod(uint256::from_be(value), uint256::from_be(multiplier), uint256::from_be(modulus)).to_be(value);
}

void native_keccak256(const uint8_t* data, size_t size, uint8_t* dest) { native::keccak256(data, size).write(dest); }

}
}  // namespace trimeter::host
