// What stays in calldata until it is read, and is checked only then: `calldata<Order>` is `Order calldata`,
// `calldata<fixed_array<T, 3>>` is `T[3] calldata`, and `array<T>` is `T[] calldata` of any `T`, for methods that include
// this beside `contract.hpp`. A constructor's arguments are in memory: `composite.hpp`.
//
// solc reads an offset within calldata as a number with a sign, so that a tail may lie before what it belongs to. All that
// follows from it is kept: places before calldata read as zero, and sums wrap.
#pragma once

#include "composite.hpp"

namespace trimeter {

/** A struct or a fixed array. `copy(view)` is what `memory` variables get. */
template <class T>
struct calldata;

namespace detail {

template <class T>
inline constexpr bool is_of_the_sdk<calldata<T>> = true;

/** What an element or member of this type is read as. */
template <class T>
struct seen {
  using type = T;
};
template <class T>
struct seen<list<T>> {
  using type = array<T>;
};
template <class T, size_t length>
struct seen<fixed_array<T, length>> {
  using type = calldata<fixed_array<T, length>>;
};
template <plain_struct S>
struct seen<S> {
  using type = calldata<S>;
};
template <class T>
using seen_as = typename seen<T>::type;

/** A number with a sign of 256 bits in 64: the same near zero and near the lowest, and as far away in between. */
inline int64_t narrowed(const uint256& offset) {
  const int64_t far = beyond_all_input;
  if (!offset.is_negative()) return offset < uint256{uint64_t{beyond_all_input}} ? static_cast<int64_t>(offset.limb[0]) : far;
  const uint256 below_zero = -offset;
  if (below_zero < uint256{uint64_t{beyond_all_input}}) return -static_cast<int64_t>(below_zero.limb[0]);
  const uint256 above_lowest = offset ^ (uint256{1} << 255);
  if (above_lowest < uint256{uint64_t{beyond_all_input}}) return INT64_MIN + static_cast<int64_t>(above_lowest.limb[0]);
  return -2 * far;
}

/** Where a tail of at least `needed` bytes begins. */
inline int64_t find_tail(const input& in, int64_t base, int64_t head, int64_t needed) {
  const int64_t offset = narrowed(uint256::from_be(in.word(head).data()));
  if (offset >= wrapping_sub(wrapping_sub(in.size, base), needed - 1)) revert();
  return wrapping_add(base, offset);
}

struct elements_at {
  int64_t place;
  size_t count;
};

inline elements_at find_elements(const input& in, int64_t base, int64_t head, int64_t stride) {
  const int64_t tail = find_tail(in, base, head, 32);
  const uint256 count = uint256::from_be(in.word(tail).data());
  if (count >= uint256{static_cast<uint64_t>(beyond_all_input / stride)}) revert();
  const int64_t place = wrapping_add(tail, 32);
  if (place > in.size - static_cast<int64_t>(count.limb[0]) * stride) revert();
  return {place, static_cast<size_t>(count.limb[0])};
}

template <class T>
struct viewer {
  static T view(const input& in, int64_t, int64_t head) { return read_word<T>(in.word(head).data()); }
};

template <class T>
seen_as<T> view(const input& in, int64_t base, int64_t head) {
  return viewer<seen_as<T>>::view(in, base, head);
}

/** Words and bytes. Where there are none, their place does not matter, and could be outside. */
template <class T, int64_t stride>
struct span_viewer {
  static T view(const input& in, int64_t base, int64_t head) {
    const elements_at found = find_elements(in, base, head, stride);
    return {in.start + (found.count == 0 ? 0 : found.place), found.count};
  }
};
template <>
struct viewer<bytes> : span_viewer<bytes, 1> {};
template <>
struct viewer<string> : span_viewer<string, 1> {};
template <one_word T>
struct viewer<array<T>> : span_viewer<array<T>, 32> {};

template <class T>
struct viewer<array<T>> {
  static array<T> view(const input& in, int64_t base, int64_t head) {
    const elements_at found = find_elements(in, base, head, int64_t{head_size<T>});
    return {in, found.place, found.count};
  }
};

template <class T>
struct viewer<calldata<T>> {
  static calldata<T> view(const input& in, int64_t base, int64_t head) {
    if constexpr (abi<T>::is_dynamic) head = find_tail(in, base, head, int64_t{abi<T>::fixed_size});
    return {in, head};
  }
};

/** A method's arguments, and before them the selector: where places count from. */
inline input calldata_of(const uint8_t* arguments, size_t size) {
  return {arguments - 4, static_cast<int64_t>(size) + 4};
}

}  // namespace detail

/** `T[] calldata` of structs, arrays, `bytes` or `string`. */
template <class T>
  requires(!detail::one_word<T>)
struct array<T> {
  detail::input in{};
  int64_t place = 0;
  size_t size = 0;

  /** Panics with 0x32 beyond the end. */
  detail::seen_as<T> operator[](const uint256& index) const {
    if (index >= uint256{size}) panic(panic_code::index_out_of_bounds);
    return at(static_cast<size_t>(index.limb[0]));
  }
  detail::seen_as<T> at(size_t index) const {
    const int64_t offset = static_cast<int64_t>(index * detail::head_size<T>);
    return detail::view<T>(in, place, detail::wrapping_add(place, offset));
  }
};

template <class T, size_t length>
struct calldata<fixed_array<T, length>> {
  detail::input in{};
  int64_t place = 0;

  /** Panics with 0x32 beyond the end. */
  detail::seen_as<T> operator[](const uint256& index) const {
    if (index >= uint256{length}) panic(panic_code::index_out_of_bounds);
    return at(static_cast<size_t>(index.limb[0]));
  }
  detail::seen_as<T> at(size_t index) const {
    const int64_t offset = static_cast<int64_t>(index * detail::head_size<T>);
    return detail::view<T>(in, place, detail::wrapping_add(place, offset));
  }
};

template <detail::plain_struct S>
struct calldata<S> {
  detail::input in{};
  int64_t place = 0;

  /** A member: `order[&Order::price]`. */
  template <class M>
  [[gnu::always_inline]] detail::seen_as<M> operator[](M S::*member) const {
    return view<M>(detail::index_of(member));
  }

  template <class M>
  [[gnu::always_inline]] detail::seen_as<M> view(size_t index) const {
    const int64_t offset = static_cast<int64_t>(detail::heads_of<S>.at[index]);
    return detail::view<M>(in, place, detail::wrapping_add(place, offset));
  }
};

namespace detail {

/** What a variable in memory has that is set to what is in calldata. */
template <class T>
struct in_memory {
  using type = T;
};
template <class T>
struct in_memory<array<T>> {
  using type = list<typename in_memory<T>::type>;
};
template <class T>
struct in_memory<calldata<T>> {
  using type = T;
};

template <class T>
using copy_of = typename in_memory<T>::type;

template <class T, size_t length>
size_t tail_sizes_of(const calldata<fixed_array<T, length>>& value) {
  size_t total = 0;
  if constexpr (abi<T>::is_dynamic)
    for (size_t i = 0; i < length; i++) total += tail_size(value.at(i));
  return total;
}
template <class T, size_t length>
void write_all(const calldata<fixed_array<T, length>>& value, writer& out) {
  for (size_t i = 0; i < length; i++) out.put(value.at(i));
}

template <plain_struct S, class Use, size_t... i>
void with_views(const calldata<S>& value, Use use, indices<i...>) {
  (use(value.template view<member_of<S, i>>(i)), ...);
}
template <plain_struct S>
size_t tail_sizes_of(const calldata<S>& value) {
  size_t total = 0;
  if constexpr (abi<S>::is_dynamic)
    with_views(value, [&](const auto& member) { total += tail_size(member); }, indices_below<member_count<S>>{});
  return total;
}
template <plain_struct S>
void write_all(const calldata<S>& value, writer& out) {
  with_views(value, [&](const auto& member) { out.put(member); }, indices_below<member_count<S>>{});
}

}  // namespace detail

template <class T>
struct abi<calldata<T>> {
  static constexpr bool is_dynamic = abi<T>::is_dynamic;
  static constexpr size_t fixed_size = abi<T>::fixed_size;
  static constexpr size_t head_size = abi<T>::head_size;
  static constexpr void describe(detail::signature& out) { abi<T>::describe(out); }
  static calldata<T> read(const uint8_t* arguments, size_t size, const uint8_t* head) {
    const detail::input in = detail::calldata_of(arguments, size);
    if constexpr (!is_dynamic) {
      return {in, head - in.start};
    } else {
      const uint256 offset = uint256::from_be(head);
      if (size < fixed_size || offset > uint256{size - fixed_size}) revert();
      return {in, 4 + static_cast<int64_t>(offset.limb[0])};
    }
  }
  static size_t tail_size(const calldata<T>& value) { return fixed_size + detail::tail_sizes_of(value); }
  static void write(const calldata<T>& value, uint8_t* dest) {
    detail::writer out{dest, dest, dest + fixed_size};
    detail::write_all(value, out);
  }
};

template <class T>
  requires(!detail::one_word<T>)
struct abi<array<T>> {
  static constexpr bool is_dynamic = true;
  static constexpr void describe(detail::signature& out) {
    abi<T>::describe(out);
    out.append("[]");
  }
  static array<T> read(const uint8_t* arguments, size_t size, const uint8_t* head) {
    const detail::tail content = detail::read_tail(arguments, size, head, detail::head_size<T>);
    const detail::input in = detail::calldata_of(arguments, size);
    return {in, content.data - in.start, content.count};
  }
  static size_t tail_size(const array<T>& value) {
    size_t total = 32 + value.size * detail::head_size<T>;
    if constexpr (abi<T>::is_dynamic)
      for (size_t i = 0; i < value.size; i++) total += detail::tail_size(value.at(i));
    return total;
  }
  static void write(const array<T>& value, uint8_t* dest) {
    bytes32(value.size).store(dest);
    dest += 32;
    detail::writer out{dest, dest, dest + value.size * detail::head_size<T>};
    for (size_t i = 0; i < value.size; i++) out.put(value.at(i));
  }
};

namespace detail {

/** Words, and fixed arrays of them. */
template <class T>
inline constexpr bool is_words = one_word<T>;
template <class T, size_t length>
inline constexpr bool is_words<fixed_array<T, length>> = is_words<T>;

/** A word of which only the bits that the type has count, as Solidity reads a memory that was not checked. */
template <class T>
struct cleaner {
  static T clean(const input& in, int64_t place) { return abi<T>::from_word(in.word(place).data()); }
};
template <>
struct cleaner<bool> {
  static bool clean(const input& in, int64_t place) { return !in.word(place).is_zero(); }
};
template <>
struct cleaner<address> {
  static address clean(const input& in, int64_t place) {
    address account;
    __builtin_memcpy(account.data(), in.word(place).data() + 12, 20);
    return account;
  }
};

template <class T>
void clean_elements(const input& in, int64_t place, T* elements, size_t count) {
  for (size_t i = 0; i < count; i++)
    elements[i] = cleaner<T>::clean(in, wrapping_add(place, static_cast<int64_t>(i * head_size<T>)));
}

template <class T, size_t length>
struct cleaner<fixed_array<T, length>> {
  static fixed_array<T, length> clean(const input& in, int64_t place) {
    fixed_array<T, length> copied{};
    clean_elements(in, place, copied.items, length);
    return copied;
  }
};

}  // namespace detail

/**
 * `Order memory order = view;`: all of it is checked now. Except arrays of words, and arrays of such arrays of fixed length:
 * solc copies these as they are, and never checks them.
 */
template <class T>
T copy(const calldata<T>& view) {
  if constexpr (detail::is_words<T>) {
    return detail::cleaner<T>::clean(view.in, view.place);
  } else {
    return detail::copy<T>(view.in, view.place);
  }
}

template <class T>
  requires(!detail::one_word<T>)
list<detail::copy_of<T>> copy(const array<T>& view) {
  if constexpr (detail::is_words<T>) {
    const list<T> copied = detail::make_list<T>(view.size);
    detail::clean_elements(view.in, view.place, copied.data, copied.size);
    return copied;
  } else {
    return detail::copy_list<detail::copy_of<T>>(view.in, view.place, uint256{view.size});
  }
}

template <detail::one_word T>
list<T> copy(const array<T>& view) {
  const list<T> copied = detail::make_list<T>(view.size);
  detail::clean_elements({view.data, static_cast<int64_t>(32 * view.size)}, 0, copied.data, copied.size);
  return copied;
}

}  // namespace trimeter
