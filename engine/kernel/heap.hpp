// Memory: blocks whose sizes are powers of two. Freed blocks are used again for blocks of their size.
#pragma once

#include "words.hpp"

/** The linker's name for the first byte after the stack and the data. */
extern "C" uint8_t __heap_base;

namespace trimeter::kernel {

inline constexpr uint32_t page_order = 16;
inline constexpr uint32_t page_bytes = 1u << page_order;
inline constexpr uint32_t smallest_order = 5;

struct FreeBlock {
  FreeBlock* next;
};

struct Heap {
  /** What has never been given out; begins at a page. 64-bit, so that the end of a full memory can be written. */
  uint64_t next;
  uint64_t end;
  /** The page that small blocks are cut from. */
  uint32_t small_next;
  uint32_t small_end;
  FreeBlock* free[32];
};
inline Heap heap;

inline void release(void* block, uint32_t order) {
  auto* freed = static_cast<FreeBlock*>(block);
  freed->next = heap.free[order];
  heap.free[order] = freed;
}

/** Grows by at least a sixteenth, so that a large state does not grow often. Traps when the host has no memory. */
[[gnu::noinline]] inline uint32_t allocate_pages(uint32_t order) {
  if (heap.end == 0) {
    heap.next = (address_of(&__heap_base) + page_bytes - 1) & -page_bytes;
    heap.end = uint64_t{__builtin_wasm_memory_size(0)} * page_bytes;
  }
  const uint64_t end = heap.next + (uint64_t{1} << order);
  if (end > heap.end) {
    const auto needed = static_cast<uint32_t>((end - heap.end) / page_bytes);
    const uint32_t usual = 4 + static_cast<uint32_t>(heap.end / page_bytes / 16);
    uint32_t grown = needed < usual ? usual : needed;
    if (__builtin_wasm_memory_grow(0, grown) == ~size_t{0}) {
      grown = needed;
      require(__builtin_wasm_memory_grow(0, grown) != ~size_t{0});
    }
    heap.end += uint64_t{grown} * page_bytes;
  }
  const auto start = static_cast<uint32_t>(heap.next);
  heap.next = end;
  return start;
}

[[gnu::noinline]] inline void* allocate_fresh(uint32_t order) {
  require(order < 32);
  if (order >= page_order) return pointer_to<void>(allocate_pages(order));
  const uint32_t size = 1u << order;
  // What is left of a page goes to blocks of the sizes that fit.
  while (heap.small_next % size != 0 || heap.small_next == heap.small_end) {
    if (heap.small_next == heap.small_end) {
      heap.small_next = allocate_pages(page_order);
      heap.small_end = heap.small_next + page_bytes;
    } else {
      const auto gap = static_cast<uint32_t>(__builtin_ctz(heap.small_next));
      release(pointer_to<void>(heap.small_next), gap);
      heap.small_next += 1u << gap;
    }
  }
  void* block = pointer_to<void>(heap.small_next);
  heap.small_next += size;
  return block;
}

/** A block of 2^order bytes, aligned to its size or to a page. What is in it is arbitrary. */
inline void* allocate(uint32_t order) {
  if (FreeBlock* block = heap.free[order]) {
    heap.free[order] = block->next;
    return block;
  }
  return allocate_fresh(order);
}

/** The order of the smallest block with room for that many bytes. */
inline uint32_t order_for(uint32_t size) {
  return size <= (1u << smallest_order) ? smallest_order : 32 - static_cast<uint32_t>(__builtin_clz(size - 1));
}

}  // namespace trimeter::kernel
