// The host functions of Arbitrum Stylus, all of them, as https://docs.arbitrum.io/stylus/advanced/hostio-exports lists
// them. On wasm32 they are imports of the module `vm_hooks`; natively they are symbols that the native host defines.
//
// Pointers are to guest memory. Words (keys, values, amounts, hashes) are 32 big-endian bytes, addresses 20 bytes.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__
#define TRIMETER_HOOK(name) __attribute__((import_module("vm_hooks"), import_name(#name)))
#else
#define TRIMETER_HOOK(name)
#endif

namespace trimeter::host {
extern "C" {

// Input and output. `write_result` may be called again: the last one counts. `exit_early` takes 0 for success.
TRIMETER_HOOK(read_args) void read_args(uint8_t* dest);
TRIMETER_HOOK(write_result) void write_result(const uint8_t* data, size_t size);
TRIMETER_HOOK(exit_early) [[noreturn]] void exit_early(int32_t status);

// Storage. Writes wait in a cache until it is flushed, and are lost when the call ends before that.
TRIMETER_HOOK(storage_load_bytes32) void storage_load_bytes32(const uint8_t* key, uint8_t* dest);
TRIMETER_HOOK(storage_cache_bytes32) void storage_cache_bytes32(const uint8_t* key, const uint8_t* value);
TRIMETER_HOOK(storage_flush_cache) void storage_flush_cache(int32_t clear);
TRIMETER_HOOK(transient_load_bytes32) void transient_load_bytes32(const uint8_t* key, uint8_t* dest);
TRIMETER_HOOK(transient_store_bytes32) void transient_store_bytes32(const uint8_t* key, const uint8_t* value);

// Calls and creations. A call returns 0 for success; a creation that failed gives the zero address.
TRIMETER_HOOK(call_contract)
uint8_t call_contract(const uint8_t* address, const uint8_t* calldata, size_t calldata_size, const uint8_t* value,
                      uint64_t gas, size_t* return_data_size);
TRIMETER_HOOK(static_call_contract)
uint8_t static_call_contract(const uint8_t* address, const uint8_t* calldata, size_t calldata_size, uint64_t gas,
                             size_t* return_data_size);
TRIMETER_HOOK(delegate_call_contract)
uint8_t delegate_call_contract(const uint8_t* address, const uint8_t* calldata, size_t calldata_size, uint64_t gas,
                               size_t* return_data_size);
TRIMETER_HOOK(create1)
void create1(const uint8_t* code, size_t code_size, const uint8_t* endowment, uint8_t* contract,
             size_t* revert_data_size);
TRIMETER_HOOK(create2)
void create2(const uint8_t* code, size_t code_size, const uint8_t* endowment, const uint8_t* salt, uint8_t* contract,
             size_t* revert_data_size);
TRIMETER_HOOK(read_return_data) size_t read_return_data(uint8_t* dest, size_t offset, size_t size);
TRIMETER_HOOK(return_data_size) size_t return_data_size();

// Events: `topics` words, then the data.
TRIMETER_HOOK(emit_log) void emit_log(const uint8_t* topics_and_data, size_t size, size_t topics);

// Accounts.
TRIMETER_HOOK(account_balance) void account_balance(const uint8_t* address, uint8_t* dest);
TRIMETER_HOOK(account_code)
size_t account_code(const uint8_t* address, size_t offset, size_t size, uint8_t* dest);
TRIMETER_HOOK(account_code_size) size_t account_code_size(const uint8_t* address);
TRIMETER_HOOK(account_codehash) void account_codehash(const uint8_t* address, uint8_t* dest);

// Block, transaction and message.
TRIMETER_HOOK(block_basefee) void block_basefee(uint8_t* dest);
TRIMETER_HOOK(block_coinbase) void block_coinbase(uint8_t* dest);
TRIMETER_HOOK(block_gas_limit) uint64_t block_gas_limit();
TRIMETER_HOOK(block_number) uint64_t block_number();
TRIMETER_HOOK(block_timestamp) uint64_t block_timestamp();
TRIMETER_HOOK(chainid) uint64_t chainid();
TRIMETER_HOOK(contract_address) void contract_address(uint8_t* dest);
TRIMETER_HOOK(evm_gas_left) uint64_t evm_gas_left();
TRIMETER_HOOK(evm_ink_left) uint64_t evm_ink_left();
TRIMETER_HOOK(msg_reentrant) int32_t msg_reentrant();
TRIMETER_HOOK(msg_sender) void msg_sender(uint8_t* dest);
TRIMETER_HOOK(msg_value) void msg_value(uint8_t* dest);
TRIMETER_HOOK(tx_gas_price) void tx_gas_price(uint8_t* dest);
TRIMETER_HOOK(tx_ink_price) uint32_t tx_ink_price();
TRIMETER_HOOK(tx_origin) void tx_origin(uint8_t* dest);

// Arithmetic on words, in place, and hashing.
TRIMETER_HOOK(math_div) void math_div(uint8_t* value, const uint8_t* divisor);
TRIMETER_HOOK(math_mod) void math_mod(uint8_t* value, const uint8_t* modulus);
TRIMETER_HOOK(math_pow) void math_pow(uint8_t* value, const uint8_t* exponent);
TRIMETER_HOOK(math_add_mod) void math_add_mod(uint8_t* value, const uint8_t* addend, const uint8_t* modulus);
TRIMETER_HOOK(math_mul_mod) void math_mul_mod(uint8_t* value, const uint8_t* multiplier, const uint8_t* modulus);
TRIMETER_HOOK(native_keccak256) void native_keccak256(const uint8_t* data, size_t size, uint8_t* dest);

// Charges for pages; a guest never calls it, but Stylus wants the import of a module that grows its memory.
TRIMETER_HOOK(pay_for_memory_grow) void pay_for_memory_grow(uint16_t pages);

}
}  // namespace trimeter::host
