// What a plain struct is made of: how many members, of which types, and which one a pointer to a member means. C++ cannot
// be asked, so that this counts how many values a struct can be made of, and takes it apart.
#pragma once

#include "types.hpp"

namespace trimeter {

template <unsigned size>
struct bytes_of;

namespace detail {

/** A list of types. */
template <class... T>
struct types {
  static constexpr size_t count = sizeof...(T);
};

template <size_t index, class First, class... Rest>
struct nth_type : nth_type<index - 1, Rest...> {};
template <class First, class... Rest>
struct nth_type<0, First, Rest...> {
  using type = First;
};

/** 0, 1, 2 and so on, to be unpacked. */
template <size_t... index>
struct indices {};
template <size_t count, size_t... index>
struct count_up : count_up<count - 1, count - 1, index...> {};
template <size_t... index>
struct count_up<0, index...> {
  using type = indices<index...>;
};
template <size_t count>
using indices_below = typename count_up<count>::type;

/** Types of the SDK that C++ could take for a contract's struct. */
template <class T>
inline constexpr bool is_of_the_sdk = false;
template <>
inline constexpr bool is_of_the_sdk<address> = true;
template <>
inline constexpr bool is_of_the_sdk<bytes> = true;
template <unsigned size>
inline constexpr bool is_of_the_sdk<bytes_of<size>> = true;

/** A struct of Solidity: a plain one here, without constructors. */
template <class S>
concept plain_struct = __is_class(S) && __is_aggregate(S) && !is_of_the_sdk<S>;

/** Becomes whatever a member is. */
struct anything {
  template <class T>
  operator T() const;
};
template <size_t>
using anything_again = anything;

template <class S, size_t... index>
consteval bool can_be_made_of(indices<index...>) {
  return requires { S{anything_again<index>{}...}; };
}

inline constexpr size_t most_members = 16;

template <class S, size_t count = most_members + 1>
consteval size_t count_members() {
  if constexpr (count == 0 || can_be_made_of<S>(indices_below<count>{})) {
    return count;
  } else {
    return count_members<S, count - 1>();
  }
}

template <class S>
inline constexpr size_t member_count = count_members<S>();

/** Hands all members to `use`, in order. */
template <class S, class Plain, class Use>
constexpr decltype(auto) with_members_of(S& value, Use use) {
  constexpr size_t count = member_count<Plain>;
  static_assert(count >= 1 && count <= most_members, "a struct has 1 to 16 members: put some into a struct of their own");
  if constexpr (count == 1) {
    auto& [a] = value;
    return use(a);
  } else if constexpr (count == 2) {
    auto& [a, b] = value;
    return use(a, b);
  } else if constexpr (count == 3) {
    auto& [a, b, c] = value;
    return use(a, b, c);
  } else if constexpr (count == 4) {
    auto& [a, b, c, d] = value;
    return use(a, b, c, d);
  } else if constexpr (count == 5) {
    auto& [a, b, c, d, e] = value;
    return use(a, b, c, d, e);
  } else if constexpr (count == 6) {
    auto& [a, b, c, d, e, f] = value;
    return use(a, b, c, d, e, f);
  } else if constexpr (count == 7) {
    auto& [a, b, c, d, e, f, g] = value;
    return use(a, b, c, d, e, f, g);
  } else if constexpr (count == 8) {
    auto& [a, b, c, d, e, f, g, h] = value;
    return use(a, b, c, d, e, f, g, h);
  } else if constexpr (count == 9) {
    auto& [a, b, c, d, e, f, g, h, i] = value;
    return use(a, b, c, d, e, f, g, h, i);
  } else if constexpr (count == 10) {
    auto& [a, b, c, d, e, f, g, h, i, j] = value;
    return use(a, b, c, d, e, f, g, h, i, j);
  } else if constexpr (count == 11) {
    auto& [a, b, c, d, e, f, g, h, i, j, k] = value;
    return use(a, b, c, d, e, f, g, h, i, j, k);
  } else if constexpr (count == 12) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value;
    return use(a, b, c, d, e, f, g, h, i, j, k, l);
  } else if constexpr (count == 13) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = value;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m);
  } else if constexpr (count == 14) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = value;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
  } else if constexpr (count == 15) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  } else if constexpr (count == 16) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  }
}

template <class S, class Use>
constexpr decltype(auto) with_members(const S& value, Use use) {
  return with_members_of<const S, S>(value, use);
}

struct collect_types {
  template <class... M>
  constexpr types<M...> operator()(const M&...) const {
    return {};
  }
};

template <class S>
using members_of = decltype(with_members(*static_cast<const S*>(nullptr), collect_types{}));

template <class List, size_t index>
struct type_in;
template <class... T, size_t index>
struct type_in<types<T...>, index> : nth_type<index, T...> {};

template <class S, size_t index>
using member_of = typename type_in<members_of<S>, index>::type;

template <class S>
inline constexpr S empty_struct{};

/** Which member `&Order::price` means. The compiler knows it once this is inlined. */
template <class S, class M>
[[gnu::always_inline]] inline size_t index_of(M S::*member) {
  const auto* wanted = reinterpret_cast<const uint8_t*>(&(empty_struct<S>.*member));
  return with_members(empty_struct<S>, [&](const auto&... members) {
    size_t index = 0;
    size_t found = 0;
    ((found = reinterpret_cast<const uint8_t*>(&members) == wanted ? index : found, index++), ...);
    return found;
  });
}

}  // namespace detail
}  // namespace trimeter
