// Structs in storage: `constexpr stored<Order> best{4};`, as values of mappings and as elements of arrays. The members lie
// as solc packs them, so that one struct at slot 0 can also stand for all variables of a contract.
#pragma once

#include "members.hpp"
#include "packed.hpp"

namespace trimeter {
namespace detail {

struct location {
  uint64_t slot;
  size_t offset;
};

template <class... M>
consteval auto locations(types<M...>) {
  struct {
    location at[sizeof...(M)];
    uint64_t slots;
  } layout{};
  const size_t bytes[] = {storage_size<M>::bytes...};
  const uint64_t slots[] = {storage_size<M>::slots...};
  location next{0, 0};
  for (size_t i = 0; i < sizeof...(M); i++) {
    if (next.offset + bytes[i] > 32) next = {next.slot + 1, 0};
    layout.at[i] = next;
    next = bytes[i] < 32 ? location{next.slot, next.offset + bytes[i]} : location{next.slot + slots[i], 0};
  }
  layout.slots = next.slot + (next.offset > 0 ? 1 : 0);
  return layout;
}

template <class S>
inline constexpr auto layout_of = locations(members_of<S>{});

template <plain_struct S>
struct storage_size<S> {
  static constexpr size_t bytes = 32;
  static constexpr uint64_t slots = layout_of<S>.slots;
};

template <class T>
concept copies = requires(const place<T>& variable) { variable.get(); };

/** Loads every slot once. */
struct slot_reader {
  bytes32 first;
  bytes32 word{};
  uint64_t loaded = ~uint64_t{0};

  template <class T>
  T next(location at) {
    static_assert(copies<T>, "a struct with a mapping is not copied as a whole: use its members");
    if constexpr (shares_slots<T>) {
      if (at.slot != loaded) {
        host::storage_load_bytes32(slot_after(first, at.slot).data(), word.data());
        loaded = at.slot;
      }
      return slot_part<T>::read(word.data() + first_byte<T>(at.offset));
    } else {
      return place<T>(slot_after(first, at.slot)).get();
    }
  }
};

/** Stores every slot once, when its last member is there. */
struct slot_writer {
  bytes32 first;
  bytes32 word{};

  template <class T>
  void put(const T& value, location at, bool is_last_in_slot) {
    static_assert(copies<T>, "a struct with a mapping is not copied as a whole: use its members");
    if constexpr (shares_slots<T>) {
      slot_part<T>::write(value, word.data() + first_byte<T>(at.offset));
      if (!is_last_in_slot) return;
      host::storage_cache_bytes32(slot_after(first, at.slot).data(), word.data());
      word = {};
    } else {
      place<T>(slot_after(first, at.slot)).set(value);
    }
  }
};

/** Mappings cannot be cleared, and are left out, as by `delete`. */
template <class Place>
void clear_if_it_can_be(const Place& variable) {
  if constexpr (requires { variable.clear(); }) variable.clear();
}

}  // namespace detail

template <detail::plain_struct S>
struct stored<S> {
  bytes32 slot;

  explicit constexpr stored(uint64_t number) : slot(number) {}
  explicit constexpr stored(const bytes32& key) : slot(key) {}
  constexpr stored(const stored&) = default;

  /** A member: `order[&Order::price] = 5`. */
  template <class M>
  [[gnu::always_inline]] place<M> operator[](M S::*member) const {
    const detail::location at = detail::layout_of<S>.at[detail::index_of(member)];
    return detail::place_of<M>::at(detail::slot_after(slot, at.slot), at.offset);
  }

  S get() const { return get(each{}); }
  void set(const S& value) const {
    detail::with_members(value, [&](const auto&... members) { set(each{}, members...); });
  }
  /** `delete`. */
  void clear() const { clear(each{}); }

  operator S() const { return get(); }
  const stored& operator=(const S& value) const { return set(value), *this; }
  const stored& operator=(const stored& other) const { return *this = other.get(); }

 private:
  static constexpr size_t count = detail::member_count<S>;
  using each = detail::indices_below<count>;

  template <size_t i>
  static constexpr bool is_last_in_slot() {
    if constexpr (i + 1 == count) {
      return true;
    } else {
      return detail::layout_of<S>.at[i + 1].slot != detail::layout_of<S>.at[i].slot;
    }
  }

  template <size_t... i>
  S get(detail::indices<i...>) const {
    [[maybe_unused]] detail::slot_reader in{slot};
    return S{in.next<detail::member_of<S, i>>(detail::layout_of<S>.at[i])...};
  }
  template <size_t... i, class... M>
  void set(detail::indices<i...>, const M&... members) const {
    detail::slot_writer out{slot};
    (out.put(members, detail::layout_of<S>.at[i], is_last_in_slot<i>()), ...);
  }
  template <size_t... i>
  void clear(detail::indices<i...>) const {
    (clear_member<i>(), ...);
  }
  template <size_t i>
  void clear_member() const {
    using M = detail::member_of<S, i>;
    const detail::location at = detail::layout_of<S>.at[i];
    if constexpr (!detail::shares_slots<M>) {
      detail::clear_if_it_can_be(place<M>(detail::slot_after(slot, at.slot)));
    } else if (at.offset == 0) {
      stored<bytes32>(detail::slot_after(slot, at.slot)).clear();
    }
  }
};

}  // namespace trimeter
