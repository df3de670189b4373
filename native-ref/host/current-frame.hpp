#pragma once

#include "world.hpp"

namespace native {

#ifdef __GLIBC__
// A fixed place in the thread's memory. The general model calls a function for each access, and every host function
// makes one; glibc keeps room for a few such variables of libraries that are loaded late.
#define NATIVE_FAST_TLS __attribute__((tls_model("initial-exec")))
#else
#define NATIVE_FAST_TLS
#endif

/** The innermost frame that this thread runs: what the host functions of a guest refer to. */
extern thread_local constinit Frame* current_frame NATIVE_FAST_TLS;

}  // namespace native
