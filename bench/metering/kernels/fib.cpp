// Fibonacci numbers by double recursion: calls and almost nothing else.
#include <stdint.h>

static uint64_t fib(uint32_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

/** The Fibonacci number of `n`. */
extern "C" [[clang::export_name("run")]] uint64_t run(uint32_t n) { return fib(n); }
