// The hashing kernel: keccak-256 for the engine's own use, in WebAssembly because JavaScript has no fast 64-bit integers.
#include "sdk/keccak.hpp"

extern "C" {

/** The linker's name for the first byte after the stack and the data. */
extern uint8_t __heap_base;

/** Where memory begins that the kernel leaves to its caller. */
[[clang::export_name("scratch")]] uint8_t* scratch() { return &__heap_base; }

/** Hashes `size` bytes at `data` into the 32 bytes at `digest`, which may overlap. */
[[clang::export_name("keccak256")]] void keccak256(const uint8_t* data, size_t size, uint8_t* digest) {
  trimeter::keccak256(data, size, digest);
}

}
