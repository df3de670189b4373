// Memory for what has no fixed size: a bump arena that is empty at the start of every call and never frees.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "panic.hpp"

#ifdef __wasm__
// The linker's name for the first byte after the stack and the data.
extern "C" uint8_t __heap_base;
#endif

namespace trimeter {
namespace detail {

inline constexpr size_t arena_limit_bytes = size_t{16} << 20;

// Internal linkage on purpose: two contracts in one native process must not share these.
#ifdef __wasm__
inline uint8_t* arena_start() { return &__heap_base; }
#else
[[gnu::aligned(32), maybe_unused]] static uint8_t arena_bytes[arena_limit_bytes];
// A native contract that is entered again by a call of its own starts where that call left off.
[[maybe_unused]] static uint8_t* arena_floor = arena_bytes;
inline uint8_t* arena_start() { return arena_floor; }
#endif
[[maybe_unused]] static uint8_t* arena_top;

inline void open_arena() { arena_top = arena_start(); }

inline bool ensure_arena(const uint8_t* end) {
#ifdef __wasm__
  const size_t page_bytes = 65536;
  const size_t needed = (reinterpret_cast<size_t>(end) + page_bytes - 1) / page_bytes;
  const size_t present = __builtin_wasm_memory_size(0);
  return needed <= present || __builtin_wasm_memory_grow(0, needed - present) != static_cast<size_t>(-1);
#else
  return end <= arena_bytes + arena_limit_bytes;
#endif
}

}  // namespace detail

/** Uninitialised bytes, valid until the call ends. Panics with 0x41 when there is no more memory, as Solidity does. */
inline uint8_t* allocate(size_t size) {
  uint8_t* start = detail::arena_top;
  if (size > detail::arena_limit_bytes) panic(panic_code::out_of_memory);
  uint8_t* end = start + ((size + 7) & ~size_t{7});
  if (!detail::ensure_arena(end)) panic(panic_code::out_of_memory);
  detail::arena_top = end;
  return start;
}

}  // namespace trimeter
