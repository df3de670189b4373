// Structs and arrays as they are in memory: arguments that are checked and copied when the call begins, results, fields of
// events and errors. A plain struct of C++ is a struct of Solidity; `fixed_array<T, 3>` is `T[3] memory` and `list<T>` is
// `T[] memory`. For contracts that include this beside `contract.hpp`. `calldata.hpp` has what stays in calldata.
#pragma once

#include "abi.hpp"
#include "members.hpp"
#include "memory.hpp"

namespace trimeter {

/** `T[length] memory`. Panics with 0x32 beyond the end. */
template <class T, size_t length>
struct fixed_array {
  static_assert(length > 0, "fixed_array: Solidity has no empty ones");

  T items[length];

  T& operator[](const uint256& index) { return items[checked(index)]; }
  const T& operator[](const uint256& index) const { return items[checked(index)]; }

 private:
  static size_t checked(const uint256& index) {
    if (index >= uint256{length}) panic(panic_code::index_out_of_bounds);
    return static_cast<size_t>(index.limb[0]);
  }
};

/** `T[] memory`: where the elements are. A copy has the same elements, as in Solidity. */
template <class T>
struct list {
  T* data = nullptr;
  size_t size = 0;

  /** `new T[](size)`. */
  static list of(const uint256& size);

  /** Panics with 0x32 beyond the end. */
  T& operator[](const uint256& index) const {
    if (index >= uint256{size}) panic(panic_code::index_out_of_bounds);
    return data[index.limb[0]];
  }
};

namespace detail {

template <class T, size_t length>
inline constexpr bool is_of_the_sdk<fixed_array<T, length>> = true;
template <class T>
inline constexpr bool is_of_the_sdk<list<T>> = true;
template <class T>
inline constexpr bool is_of_the_sdk<array<T>> = true;

/** Room for elements, not yet set. */
template <class T>
list<T> make_list(size_t size) {
  if (size > arena_limit_bytes / sizeof(T)) panic(panic_code::out_of_memory);
  return {reinterpret_cast<T*>(allocate(size * sizeof(T))), size};
}

/** Encoded values as a whole. Places in them may be anywhere: what is read outside is zero, as it is for CALLDATALOAD. */
struct input {
  const uint8_t* start;
  int64_t size;

  bytes32 word(int64_t place) const {
    bytes32 found;
    if (place >= 0 && place <= size - 32) return bytes32::load(start + place);
    if (place >= 0 && place < size) __builtin_memcpy(found.data(), start + place, static_cast<size_t>(size - place));
    return found;
  }
};

/** As in the EVM, where places are 256 bits wide. */
inline int64_t wrapping_add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
inline int64_t wrapping_sub(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

/** More than any input has, and so little that sums of it do not overflow. */
inline constexpr int64_t beyond_all_input = int64_t{1} << 40;

/** `a > b` of numbers without a sign: what lies before the input is behind everything. */
inline bool is_above(int64_t a, int64_t b) { return static_cast<uint64_t>(a) > static_cast<uint64_t>(b); }

/** solc wants at least one byte of an array inside the input before it looks at it. */
inline void check_start_of_array(const input& in, int64_t place) {
  if (wrapping_add(place, 31) >= in.size) revert();
}

template <class T>
struct copier;

template <class T>
T copy(const input& in, int64_t place) {
  return copier<T>::copy(in, place);
}

/** @param base what an offset in the head counts from */
template <class T>
T copy_from_head(const input& in, int64_t base, int64_t head) {
  if constexpr (abi<T>::is_dynamic) {
    const uint256 offset = uint256::from_be(in.word(head).data());
    if (!offset.fits_u64() || offset.limb[0] >= uint64_t{beyond_all_input}) revert();
    return copy<T>(in, wrapping_add(base, static_cast<int64_t>(offset.limb[0])));
  } else {
    return copy<T>(in, head);
  }
}

/** One word, checked. */
template <class T>
struct copier {
  static T copy(const input& in, int64_t place) { return read_word<T>(in.word(place).data()); }
};

template <class T>
struct byte_string_copier {
  static T copy(const input& in, int64_t place) {
    check_start_of_array(in, place);
    const uint256 size = uint256::from_be(in.word(place).data());
    // Where solc's allocation, of whole words and what memory has already, would pass 2^64.
    if (!size.fits_u64() || size.limb[0] > ~uint64_t{0} - 255) panic(panic_code::out_of_memory);
    if (size.limb[0] >= uint64_t{beyond_all_input}) revert();
    const int64_t count = static_cast<int64_t>(size.limb[0]);
    const int64_t start = wrapping_add(place, 32);
    if (is_above(wrapping_add(start, count), in.size)) revert();
    return {in.start + start, static_cast<size_t>(count)};
  }
};
template <>
struct copier<bytes> : byte_string_copier<bytes> {};
template <>
struct copier<string> : byte_string_copier<string> {};

template <class T>
void copy_elements(const input& in, int64_t start, T* elements, size_t count) {
  const int64_t stride = int64_t{head_size<T>};
  for (size_t i = 0; i < count; i++)
    elements[i] = copy_from_head<T>(in, start, wrapping_add(start, static_cast<int64_t>(i) * stride));
}

/** @param place of the first element's head */
template <class T>
list<T> copy_list(const input& in, int64_t place, const uint256& size) {
  // A word each, and the number of them: solc's allocation would pass 2^64.
  if (!size.fits_u64() || size.limb[0] >= uint64_t{1} << 59) panic(panic_code::out_of_memory);
  if (size.limb[0] >= uint64_t{beyond_all_input} / head_size<T>) revert();
  const int64_t count = static_cast<int64_t>(size.limb[0]);
  if (is_above(wrapping_add(place, count * int64_t{head_size<T>}), in.size)) revert();
  const list<T> copied = make_list<T>(static_cast<size_t>(count));
  copy_elements(in, place, copied.data, copied.size);
  return copied;
}

template <class T>
struct copier<list<T>> {
  static list<T> copy(const input& in, int64_t place) {
    check_start_of_array(in, place);
    return copy_list<T>(in, wrapping_add(place, 32), uint256::from_be(in.word(place).data()));
  }
};

template <class T, size_t length>
struct copier<fixed_array<T, length>> {
  static fixed_array<T, length> copy(const input& in, int64_t place) {
    check_start_of_array(in, place);
    if (is_above(wrapping_add(place, int64_t{length * head_size<T>}), in.size)) revert();
    fixed_array<T, length> copied{};
    copy_elements(in, place, copied.items, length);
    return copied;
  }
};

/** Where the heads of a struct's members begin, and where they all end. */
template <class... M>
consteval auto head_offsets(types<M...>) {
  struct {
    size_t at[sizeof...(M) + 1];
  } offsets{};
  const size_t sizes[] = {head_size<M>...};
  for (size_t i = 0; i < sizeof...(M); i++) offsets.at[i + 1] = offsets.at[i] + sizes[i];
  return offsets;
}

template <class S>
inline constexpr auto heads_of = head_offsets(members_of<S>{});

template <plain_struct S>
struct copier<S> {
  static S copy(const input& in, int64_t place) { return copy(in, place, indices_below<member_count<S>>{}); }

 private:
  template <size_t... i>
  static S copy(const input& in, int64_t place, indices<i...>) {
    if (wrapping_sub(in.size, place) < int64_t{abi<S>::fixed_size}) revert();
    return S{copy_from_head<member_of<S, i>>(in, place, wrapping_add(place, int64_t{heads_of<S>.at[i]}))...};
  }
};

/** What structs and arrays have in common. `in_place` is their encoding in topics: without offsets and lengths. */
template <class T>
struct composite_abi {
  static T read(const uint8_t* arguments, size_t size, const uint8_t* head) {
    return copy_from_head<T>({arguments, static_cast<int64_t>(size)}, 0, head - arguments);
  }
  static void to_topic(const T& value, uint8_t* topic) {
    const size_t size = abi<T>::in_place_size(value);
    uint8_t* words = allocate(size);
    abi<T>::write_in_place(value, words);
    host::native_keccak256(words, size, topic);
  }
};

template <class T>
size_t in_place_size(const T& value) {
  if constexpr (one_word<T>) {
    return 32;
  } else if constexpr (requires { abi<T>::in_place_size(value); }) {
    return abi<T>::in_place_size(value);
  } else {
    return (value.size + 31) / 32 * 32;
  }
}

/** Returns where the value ends. */
template <class T>
uint8_t* write_in_place(const T& value, uint8_t* dest) {
  if constexpr (one_word<T>) {
    abi<T>::to_word(value, dest);
    return dest + 32;
  } else if constexpr (requires { abi<T>::write_in_place(value, dest); }) {
    return abi<T>::write_in_place(value, dest);
  } else {
    uint8_t* const end = dest + in_place_size(value);
    if (end != dest) bytes32().store(end - 32);
    __builtin_memcpy(dest, value.data, value.size);
    return end;
  }
}

template <class T>
size_t tail_sizes(const T* elements, size_t count) {
  size_t total = 0;
  if constexpr (abi<T>::is_dynamic)
    for (size_t i = 0; i < count; i++) total += abi<T>::tail_size(elements[i]);
  return total;
}

template <class T>
void write_elements(const T* elements, size_t count, uint8_t* dest) {
  writer out{dest, dest, dest + count * head_size<T>};
  for (size_t i = 0; i < count; i++) out.put(elements[i]);
}

template <class T>
size_t in_place_sizes(const T* elements, size_t count) {
  size_t total = 0;
  for (size_t i = 0; i < count; i++) total += in_place_size(elements[i]);
  return total;
}

template <class T>
uint8_t* write_elements_in_place(const T* elements, size_t count, uint8_t* dest) {
  for (size_t i = 0; i < count; i++) dest = write_in_place(elements[i], dest);
  return dest;
}

template <class... M>
constexpr void describe_members(types<M...>, signature& out) {
  bool is_first = true;
  out.append("(");
  ((out.append(is_first ? "" : ","), abi<M>::describe(out), is_first = false), ...);
  out.append(")");
}

template <class... M>
consteval bool is_any_dynamic(types<M...>) {
  return (abi<M>::is_dynamic || ...);
}

constexpr void append_number(signature& out, size_t number) {
  char digits[21]{};
  char* first = digits + 20;
  do *--first = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  out.append(first);
}

}  // namespace detail

template <class T, size_t length>
struct abi<fixed_array<T, length>> : detail::composite_abi<fixed_array<T, length>> {
  using array = fixed_array<T, length>;
  static constexpr bool is_dynamic = abi<T>::is_dynamic;
  static constexpr size_t fixed_size = length * detail::head_size<T>;
  static constexpr size_t head_size = is_dynamic ? 32 : fixed_size;
  static constexpr void describe(detail::signature& out) {
    abi<T>::describe(out);
    out.append("[");
    detail::append_number(out, length);
    out.append("]");
  }
  static size_t tail_size(const array& value) { return fixed_size + detail::tail_sizes(value.items, length); }
  static void write(const array& value, uint8_t* dest) { detail::write_elements(value.items, length, dest); }
  static size_t in_place_size(const array& value) { return detail::in_place_sizes(value.items, length); }
  static uint8_t* write_in_place(const array& value, uint8_t* dest) {
    return detail::write_elements_in_place(value.items, length, dest);
  }
};

template <class T>
struct abi<list<T>> : detail::composite_abi<list<T>> {
  static constexpr bool is_dynamic = true;
  static constexpr void describe(detail::signature& out) {
    abi<T>::describe(out);
    out.append("[]");
  }
  static size_t tail_size(const list<T>& value) {
    return 32 + value.size * detail::head_size<T> + detail::tail_sizes(value.data, value.size);
  }
  static void write(const list<T>& value, uint8_t* dest) {
    bytes32(value.size).store(dest);
    detail::write_elements(value.data, value.size, dest + 32);
  }
  static size_t in_place_size(const list<T>& value) { return detail::in_place_sizes(value.data, value.size); }
  static uint8_t* write_in_place(const list<T>& value, uint8_t* dest) {
    return detail::write_elements_in_place(value.data, value.size, dest);
  }
};

template <detail::plain_struct S>
struct abi<S> : detail::composite_abi<S> {
  static constexpr bool is_dynamic = detail::is_any_dynamic(detail::members_of<S>{});
  static constexpr size_t fixed_size = detail::heads_of<S>.at[detail::member_count<S>];
  static constexpr size_t head_size = is_dynamic ? 32 : fixed_size;
  static constexpr void describe(detail::signature& out) { detail::describe_members(detail::members_of<S>{}, out); }
  static size_t tail_size(const S& value) {
    return detail::with_members(value, [](const auto&... members) { return (fixed_size + ... + detail::tail_size(members)); });
  }
  static void write(const S& value, uint8_t* dest) {
    detail::writer out{dest, dest, dest + fixed_size};
    detail::with_members(value, [&](const auto&... members) { (out.put(members), ...); });
  }
  static size_t in_place_size(const S& value) {
    return detail::with_members(
        value, [](const auto&... members) { return (size_t{0} + ... + detail::in_place_size(members)); });
  }
  static uint8_t* write_in_place(const S& value, uint8_t* dest) {
    detail::with_members(value, [&](const auto&... members) { ((dest = detail::write_in_place(members, dest)), ...); });
    return dest;
  }
};

template <class T>
list<T> list<T>::of(const uint256& size) {
  if (!size.fits_u64() || size.limb[0] > detail::arena_limit_bytes) panic(panic_code::out_of_memory);
  const list made = detail::make_list<T>(static_cast<size_t>(size.limb[0]));
  for (size_t i = 0; i < made.size; i++) made.data[i] = T{};
  return made;
}

}  // namespace trimeter
