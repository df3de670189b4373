// What a contract includes. It ends with a list of its methods, named as in Solidity:
//
//   TRIMETER_CONSTRUCTOR(initialize)
//   TRIMETER_CONTRACT(view<"balanceOf", balance_of>, method<"transfer", transfer>)
//
// Selectors, decoding and encoding follow from the C++ parameter and return types. The contract's own functions belong
// into an anonymous namespace.
#pragma once

#include "abi.hpp"
#include "arithmetic.hpp"
#include "context.hpp"
#include "error.hpp"
#include "event.hpp"
#include "storage.hpp"

namespace trimeter {

/** Two or more return values. */
template <class... T>
struct returns;
template <class Last>
struct returns<Last> {
  Last head;
};
template <class First, class... Rest>
struct returns<First, Rest...> {
  First head;
  returns<Rest...> rest;

  constexpr returns(const First& first, const Rest&... others) : head(first), rest{others...} {}
};

namespace detail {

template <class T>
struct plain {
  using type = T;
};
template <class T>
struct plain<const T&> {
  using type = T;
};

template <class... Before>
void write_return(const Before&... values) {
  with_encoding<0>([](uint8_t* data, size_t size) { host::write_result(data, size); }, values...);
}
template <class Last, class... Before>
void write_returns(const returns<Last>& values, const Before&... before) {
  write_return(before..., values.head);
}
template <class First, class Second, class... Rest, class... Before>
void write_returns(const returns<First, Second, Rest...>& values, const Before&... before) {
  write_returns(values.rest, before..., values.head);
}
template <class... T>
void write_return(const returns<T...>& values) {
  write_returns(values);
}

/** The call of a function. Made with braces, which promise to decode its arguments in order. */
template <auto function, class Type>
struct invocation;
template <auto function, class Result, class... A>
struct invocation<function, Result (*)(A...)> {
  Result result;

  explicit invocation(typename plain<A>::type... arguments) : result(function(arguments...)) {}
};
template <auto function, class... A>
struct invocation<function, void (*)(A...)> {
  explicit invocation(typename plain<A>::type... arguments) { function(arguments...); }
};

template <auto function, class Type = decltype(function)>
struct signature_of;
template <auto function, class Result, class... A>
struct signature_of<function, Result (*)(A...)> {
  static consteval uint32_t selector(const char* name) {
    return keccak256(describe<typename plain<A>::type...>(name)).selector();
  }

  static void invoke(const uint8_t* arguments, size_t size) {
    if (size < (0 + ... + head_size<typename plain<A>::type>)) revert();
    [[maybe_unused]] reader in{arguments, size, arguments};
    [[maybe_unused]] invocation<function, decltype(function)> done{in.next<typename plain<A>::type>()...};
    if constexpr (!__is_same(Result, void)) write_return(done.result);
  }
};

inline void refuse_value() {
  bytes32 value;
  host::msg_value(value.data());
  if (!value.is_zero()) revert();
}

enum class mutability { view, nonpayable, payable };

/** What no kind of entry is unless it says so. */
struct contract_part {
  static constexpr bool is_method = false;
  static bool answer(uint32_t, const uint8_t*, size_t) { return false; }
  static bool receive() { return false; }
  static bool fall_back() { return false; }
};

template <auto function, mutability state>
void run_whole() {
  if constexpr (state != mutability::payable) refuse_value();
  function();
  host::storage_flush_cache(0);
}

template <auto function>
struct receiver : contract_part {
  static bool receive() { return run_whole<function, mutability::payable>(), true; }
};

template <auto function, mutability state>
struct fallback_method : contract_part {
  static bool fall_back() { return run_whole<function, state>(), true; }
};

template <literal name, auto function, mutability state>
struct method : contract_part {
  static constexpr bool is_method = true;
  static constexpr uint32_t selector = signature_of<function>::selector(name.text);

  static void run(const uint8_t* arguments, size_t size) {
    if constexpr (state != mutability::payable) refuse_value();
    signature_of<function>::invoke(arguments, size);
    if constexpr (state != mutability::view) host::storage_flush_cache(0);
  }

  static bool answer(uint32_t called, const uint8_t* arguments, size_t size) {
    return called == selector && (run(arguments, size), true);
  }
};

inline uint8_t* read_input(size_t size) {
  open_arena();
  uint8_t* input = allocate(size);
  host::read_args(input);
  return input;
}

inline uint32_t selector_of(const uint8_t* input) {
  uint32_t selector;
  __builtin_memcpy(&selector, input, 4);
  return __builtin_bswap32(selector);
}

/** With `receive` or `fallback`: https://docs.soliditylang.org/en/latest/contracts.html#special-functions */
template <class... Entries>
int call_any(size_t size) {
  const uint8_t* input = read_input(size);
  if (size == 0 && (Entries::receive() || ...)) return 0;
  if (size >= 4 && (Entries::answer(selector_of(input), input + 4, size - 4) || ...)) return 0;
  return (Entries::fall_back() || ...) ? 0 : 1;
}

template <class... Methods>
int call(size_t size) {
  if constexpr ((Methods::is_method && ...)) {
    if (size < 4) return 1;
    const uint8_t* input = read_input(size);
    uint32_t selector;
    __builtin_memcpy(&selector, input, 4);
    selector = __builtin_bswap32(selector);
    const bool is_known =
        ((selector == Methods::selector && (Methods::run(input + 4, size - 4), true)) || ...);
    return is_known ? 0 : 1;
  } else {
    return call_any<Methods...>(size);
  }
}

template <auto function, mutability state>
int construct(size_t size) {
  const uint8_t* input = read_input(size);
  if constexpr (state != mutability::payable) refuse_value();
  signature_of<function>::invoke(input, size);
  host::storage_flush_cache(0);
  return 0;
}

}  // namespace detail

/** Writes nothing. */
template <literal name, auto function>
using view = detail::method<name, function, detail::mutability::view>;
/** May write; refuses value. */
template <literal name, auto function>
using method = detail::method<name, function, detail::mutability::nonpayable>;
/** May write and be paid. */
template <literal name, auto function>
using payable = detail::method<name, function, detail::mutability::payable>;
/** Of a `void()`: for a call without data. Takes value. */
template <auto function>
using receive = detail::receiver<function>;
/** Of a `void()`: for a call that nothing else answers. Refuses value. */
template <auto function>
using fallback = detail::fallback_method<function, detail::mutability::nonpayable>;
template <auto function>
using payable_fallback = detail::fallback_method<function, detail::mutability::payable>;

}  // namespace trimeter

#ifdef __wasm__
#define TRIMETER_EXPORT(name) extern "C" __attribute__((export_name(#name)))
#else
#define TRIMETER_EXPORT(name) extern "C" __attribute__((visibility("default")))
#endif

/** The methods, and `receive` and `fallback` if there are any. Returns 0 for success and 1 for a revert. */
#define TRIMETER_CONTRACT(...)                                                 \
  TRIMETER_EXPORT(user_entrypoint) int user_entrypoint(size_t size) {          \
    return trimeter::detail::call<__VA_ARGS__>(size);                          \
  }

/** The constructor, if there is one: runs once, when the contract is deployed, with its encoded arguments as input. */
#define TRIMETER_CONSTRUCTOR(function)                                         \
  TRIMETER_EXPORT(user_constructor) int user_constructor(size_t size) {        \
    return trimeter::detail::construct<function, trimeter::detail::mutability::nonpayable>(size); \
  }

/** The same of a `constructor() payable`: takes value. */
#define TRIMETER_PAYABLE_CONSTRUCTOR(function)                                 \
  TRIMETER_EXPORT(user_constructor) int user_constructor(size_t size) {        \
    return trimeter::detail::construct<function, trimeter::detail::mutability::payable>(size); \
  }
