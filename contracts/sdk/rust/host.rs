//! The host functions of Arbitrum Stylus that contracts here use; ../vm_hooks.hpp has all of them, and their source.

#[link(wasm_import_module = "vm_hooks")]
unsafe extern "C" {
    // Input and output.
    pub fn read_args(dest: *mut u8);
    pub fn write_result(data: *const u8, size: usize);
    pub fn exit_early(status: i32) -> !;

    // Storage. Writes wait in a cache until it is flushed.
    pub fn storage_load_bytes32(key: *const u8, dest: *mut u8);
    pub fn storage_cache_bytes32(key: *const u8, value: *const u8);
    pub fn storage_flush_cache(clear: i32);

    // Events, message, hashing.
    pub fn emit_log(topics_and_data: *const u8, size: usize, topics: usize);
    pub fn msg_sender(dest: *mut u8);
    pub fn msg_value(dest: *mut u8);
    pub fn native_keccak256(data: *const u8, size: usize, dest: *mut u8);
}
