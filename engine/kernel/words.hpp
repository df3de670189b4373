// What every part of the kernel speaks of: 32-byte words, and the one way to refuse.
#pragma once

#include <stddef.h>
#include <stdint.h>

/** The linker's name for where the stack begins, which grows down. */
extern "C" uint8_t __stack_high;

namespace trimeter::kernel {

/** 32 bytes as four 64-bit numbers in memory order. As a result it travels in registers. */
struct Word {
  uint64_t a, b, c, d;

  bool operator==(const Word& other) const {
    return ((a ^ other.a) | (b ^ other.b) | (c ^ other.c) | (d ^ other.d)) == 0;
  }
  /** The i-th of the four. */
  uint64_t part(uint32_t i) const { return i == 0 ? a : i == 1 ? b : i == 2 ? c : d; }
  bool is_zero() const { return (a | b | c | d) == 0; }
};

/** A trap unwinds nothing, so the stack is emptied by hand: else refusals would use it up. */
[[noreturn, gnu::noinline, gnu::cold]] inline void refuse() {
  asm volatile("local.get %0\n\tglobal.set __stack_pointer" : : "r"(&__stack_high));
  __builtin_trap();
}

/** Ends in the trap `unreachable` unless the condition holds. Stands before the first change of every function. */
[[gnu::always_inline]] inline void require(bool condition) {
  if (__builtin_expect(!condition, 0)) refuse();
}

template <class T>
T* pointer_to(uint32_t address) {
  return reinterpret_cast<T*>(address);
}

inline uint32_t address_of(const void* pointer) { return reinterpret_cast<uint32_t>(pointer); }

}  // namespace trimeter::kernel
