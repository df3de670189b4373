// Calls of other contracts. Include it where it is needed: `contract.hpp` does not.
#pragma once

#include "abi.hpp"

namespace trimeter {

struct call_result {
  bool is_success;
  /** What the callee returned, or reverted with. */
  bytes output;
};

namespace detail {

/** The callee has to see what this contract wrote, and may write the same slots. */
template <class Call>
call_result call_out(Call call) {
  host::storage_flush_cache(1);
  size_t size = 0;
#ifdef __wasm__
  const uint8_t status = call(&size);
#else
  uint8_t* const floor = arena_floor;
  uint8_t* const top = arena_top;
  arena_floor = top;
  const uint8_t status = call(&size);
  arena_floor = floor;
  arena_top = top;
#endif
  uint8_t* output = allocate(size);
  host::read_return_data(output, 0, size);
  return {status == 0, {output, size}};
}

}  // namespace detail

/** All gas that may be passed on. */
inline constexpr uint64_t all_gas = ~uint64_t{0};

inline call_result call(const address& to, const bytes& calldata, const uint256& value = 0, uint64_t gas = all_gas) {
  uint8_t amount[32];
  value.to_be(amount);
  return detail::call_out(
      [&](size_t* size) { return host::call_contract(to.data(), calldata.data, calldata.size, amount, gas, size); });
}

inline call_result static_call(const address& to, const bytes& calldata, uint64_t gas = all_gas) {
  return detail::call_out(
      [&](size_t* size) { return host::static_call_contract(to.data(), calldata.data, calldata.size, gas, size); });
}

inline call_result delegate_call(const address& to, const bytes& calldata, uint64_t gas = all_gas) {
  return detail::call_out(
      [&](size_t* size) { return host::delegate_call_contract(to.data(), calldata.data, calldata.size, gas, size); });
}

/** Calldata for a method: `encode_call<"transfer", address, uint256>(to, value)`. */
template <literal name, class... Arguments>
bytes encode_call(const Arguments&... arguments) {
  constexpr uint32_t selector = detail::keccak256(detail::describe<Arguments...>(name.text)).selector();
  constexpr size_t fixed_size = (4 + ... + detail::head_size<Arguments>);
  const size_t size = (fixed_size + ... + detail::tail_size(arguments));
  uint8_t* calldata = allocate(size);
  detail::store_selector(selector, calldata);
  detail::writer out{calldata + 4, calldata + 4, calldata + fixed_size};
  (out.put(arguments), ...);
  return {calldata, size};
}

namespace detail {

/** Reverts as Solidity does after a call: with what the callee reverted with, and without data for no proper result. */
template <class Result>
Result result_of(const call_result& result) {
  if (!result.is_success) revert_with(result.output.data, result.output.size);
  if (result.output.size < 32) revert();
  return read_word<Result>(result.output.data);
}

}  // namespace detail

/** `other.f(arguments)` of a method that returns one word: `invoke<"transfer", bool>(token, to, amount)`. */
template <literal name, class Result, class... Arguments>
Result invoke(const address& to, const Arguments&... arguments) {
  return detail::result_of<Result>(call(to, encode_call<name>(arguments...)));
}

/** The same of a `view`. */
template <literal name, class Result, class... Arguments>
Result static_invoke(const address& to, const Arguments&... arguments) {
  return detail::result_of<Result>(static_call(to, encode_call<name>(arguments...)));
}

}  // namespace trimeter
