// A call, and nothing else.
#include "sdk/contract.hpp"

namespace {

void noop() {}

}  // namespace

TRIMETER_CONTRACT(trimeter::view<"noop", noop>)
