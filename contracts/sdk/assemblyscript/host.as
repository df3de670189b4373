// The host functions of Arbitrum Stylus that contracts here use; ../vm_hooks.hpp has all of them, and their source.

// Input and output.
@external("vm_hooks", "read_args")
export declare function read_args(dest: usize): void;
@external("vm_hooks", "write_result")
export declare function write_result(data: usize, size: usize): void;
@external("vm_hooks", "exit_early")
export declare function exit_early(status: i32): void;

// Storage. Writes wait in a cache until it is flushed.
@external("vm_hooks", "storage_load_bytes32")
export declare function storage_load_bytes32(key: usize, dest: usize): void;
@external("vm_hooks", "storage_cache_bytes32")
export declare function storage_cache_bytes32(key: usize, value: usize): void;
@external("vm_hooks", "storage_flush_cache")
export declare function storage_flush_cache(clear: i32): void;

// Events, message, hashing.
@external("vm_hooks", "emit_log")
export declare function emit_log(topicsAndData: usize, size: usize, topics: usize): void;
@external("vm_hooks", "msg_sender")
export declare function msg_sender(dest: usize): void;
@external("vm_hooks", "msg_value")
export declare function msg_value(dest: usize): void;
@external("vm_hooks", "native_keccak256")
export declare function native_keccak256(data: usize, size: usize, dest: usize): void;
