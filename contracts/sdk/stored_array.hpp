// Arrays in storage: `constexpr stored<list<uint256>> xs{3};` is `uint256[] xs;`, with its length in the slot and its elements
// at keccak256(slot), and `constexpr stored<fixed_array<uint16_t, 40>> ys{4};` is `uint16[40] ys;`. Elements smaller than a
// word share slots. Whatever lies behind the last element is zero, always.
#pragma once

#include "composite.hpp"
#include "packed.hpp"

namespace trimeter {
namespace detail {

/** Elements behind each other, from a slot on. */
template <class T>
struct elements {
  static constexpr size_t bytes = storage_size<T>::bytes;
  /** How many fit into a slot. */
  static constexpr uint64_t per_slot = 32 / bytes;

  bytes32 first;

  static constexpr uint64_t slots_of(uint64_t count) {
    return per_slot == 1 ? count * storage_size<T>::slots : count / per_slot + (count % per_slot != 0);
  }

  place<T> at(const uint256& index) const {
    if constexpr (per_slot == 1) {
      return place_of<T>::at(slot_after(first, index * uint256{storage_size<T>::slots}), 0);
    } else {
      const uint64_t number = index.limb[0];
      return place_of<T>::at(slot_after(first, number / per_slot), number % per_slot * bytes);
    }
  }

  void read(T* to, uint64_t count) const {
    if constexpr (!shares_slots<T>) {
      for (uint64_t i = 0; i < count; i++) to[i] = at(i).get();
    } else {
      bytes32 word;
      for (uint64_t i = 0; i < count; i++) {
        const uint64_t rank = i % per_slot;
        if (rank == 0) host::storage_load_bytes32(slot_after(first, i / per_slot).data(), word.data());
        to[i] = slot_part<T>::read(word.data() + first_byte<T>(rank * bytes));
      }
    }
  }

  void write(const T* from, uint64_t count) const {
    if constexpr (!shares_slots<T>) {
      for (uint64_t i = 0; i < count; i++) at(i).set(from[i]);
    } else {
      bytes32 word;
      for (uint64_t i = 0; i < count; i++) {
        const uint64_t rank = i % per_slot;
        if (rank == 0) word = {};
        slot_part<T>::write(from[i], word.data() + first_byte<T>(rank * bytes));
        if (rank + 1 == per_slot || i + 1 == count)
          host::storage_cache_bytes32(slot_after(first, i / per_slot).data(), word.data());
      }
    }
  }

  /** Those from `begin` on, of `end`. */
  void clear(uint64_t begin, uint64_t end) const {
    if constexpr (!shares_slots<T>) {
      for (uint64_t i = begin; i < end; i++) clear_element(at(i));
    } else {
      for (; begin < end && begin % per_slot != 0; begin++) at(begin).clear();
      for (; begin < end; begin += per_slot) stored<bytes32>(slot_after(first, begin / per_slot)).clear();
    }
  }

 private:
  template <class Place>
  static void clear_element(const Place& element) {
    if constexpr (requires { element.clear(); }) element.clear();
  }
};

template <class T, size_t length>
struct storage_size<fixed_array<T, length>> {
  static constexpr size_t bytes = 32;
  static constexpr uint64_t slots = elements<T>::slots_of(length);
};

}  // namespace detail

template <class T, size_t count>
struct stored<fixed_array<T, count>> {
  bytes32 slot;

  explicit constexpr stored(uint64_t number) : slot(number) {}
  explicit constexpr stored(const bytes32& key) : slot(key) {}
  constexpr stored(const stored&) = default;

  /** Panics with 0x32 beyond the end. */
  place<T> operator[](const uint256& index) const {
    if (index >= uint256{count}) panic(panic_code::index_out_of_bounds);
    return all().at(index);
  }

  fixed_array<T, count> get() const {
    fixed_array<T, count> copied{};
    all().read(copied.items, count);
    return copied;
  }
  void set(const fixed_array<T, count>& value) const { all().write(value.items, count); }
  /** `delete`. */
  void clear() const { all().clear(0, count); }

  operator fixed_array<T, count>() const { return get(); }
  const stored& operator=(const fixed_array<T, count>& value) const { return set(value), *this; }
  const stored& operator=(const stored& other) const { return *this = other.get(); }

 private:
  detail::elements<T> all() const { return {slot}; }
};

template <class T>
struct stored<list<T>> {
  bytes32 slot;

  explicit constexpr stored(uint64_t number) : slot(number) {}
  explicit constexpr stored(const bytes32& key) : slot(key) {}
  constexpr stored(const stored&) = default;

  uint256 length() const { return size().get(); }

  /** Panics with 0x32 beyond the end. */
  place<T> operator[](const uint256& index) const {
    if (index >= length()) panic(panic_code::index_out_of_bounds);
    return all().at(index);
  }

  /** One more, and where it is. */
  place<T> push() const {
    const uint256 count = length();
    if (!count.fits_u64()) panic(panic_code::out_of_memory);
    size() = count + uint256{1};
    return all().at(count);
  }
  void push(const T& value) const { push() = value; }

  /** Clears what it takes away. Panics with 0x31 if there is nothing. */
  void pop() const {
    const uint256 count = length();
    if (count.is_zero()) panic(panic_code::pop_of_empty_array);
    const uint256 last = count - uint256{1};
    all().clear(last.limb[0], count.limb[0]);
    size() = last;
  }

  list<T> get() const {
    const uint256 count = length();
    if (count > uint256{detail::arena_limit_bytes}) panic(panic_code::out_of_memory);
    const list<T> copied = detail::make_list<T>(static_cast<size_t>(count.limb[0]));
    all().read(copied.data, copied.size);
    return copied;
  }
  void set(const list<T>& value) const {
    resize(value.size);
    all().write(value.data, value.size);
  }
  /** `delete`. */
  void clear() const { resize(0); }

  operator list<T>() const { return get(); }
  const stored& operator=(const list<T>& value) const { return set(value), *this; }
  const stored& operator=(const stored& other) const { return *this = other.get(); }

 private:
  stored<uint256> size() const { return stored<uint256>(slot); }
  detail::elements<T> all() const { return {keccak256(slot.data(), 32)}; }

  void resize(uint64_t count) const {
    const uint256 before = length();
    size() = count;
    if (uint256{count} < before) all().clear(count, before.limb[0]);
  }
};

}  // namespace trimeter
