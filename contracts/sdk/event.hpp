// Events: `using Transfer = event<"Transfer", indexed<address>, indexed<address>, uint256>;` and
// `emit<Transfer>(from, to, value)`.
#pragma once

#include "abi.hpp"

namespace trimeter {

/** A field that is a topic: its word, or the hash of what is longer. */
template <class T>
struct indexed {};

namespace detail {

template <class T>
struct field {
  using type = T;
  static constexpr bool is_topic = false;
  static constexpr bool is_dynamic = abi<T>::is_dynamic;
  static constexpr size_t head_size = detail::head_size<T>;
  static size_t tail_size(const T& value) { return detail::tail_size(value); }
};
template <class T>
struct field<indexed<T>> {
  using type = T;
  static constexpr bool is_topic = true;
  static constexpr bool is_dynamic = false;
  static constexpr size_t head_size = 32;
  static size_t tail_size(const T&) { return 0; }
};

/** Puts each field where it belongs: topics behind each other, the others into the data. */
struct log_writer {
  uint8_t* topic;
  writer data;

  template <class Field>
  void put(const typename Field::type& value) {
    if constexpr (Field::is_topic) {
      if constexpr (one_word<typename Field::type>) {
        abi<typename Field::type>::to_word(value, topic);
      } else {
        abi<typename Field::type>::to_topic(value, topic);
      }
      topic += 32;
    } else {
      data.put(value);
    }
  }
};

}  // namespace detail

template <literal name, class... Fields>
struct event {
  static constexpr size_t topics = (1 + ... + size_t{detail::field<Fields>::is_topic});
  static_assert(topics <= 4, "at most three indexed fields");

  static void emit(const typename detail::field<Fields>::type&... values) {
    static constexpr detail::hash signature_hash =
        detail::keccak256(detail::describe<typename detail::field<Fields>::type...>(name.text));
    constexpr size_t fixed_size = (32 + ... + detail::field<Fields>::head_size);
    const size_t size = (fixed_size + ... + detail::field<Fields>::tail_size(values));
    detail::with_buffer<(detail::field<Fields>::is_dynamic || ...), fixed_size>(size, [&](uint8_t* buffer) {
      bytes32::load(signature_hash.bytes).store(buffer);
      uint8_t* data = buffer + 32 * topics;
      detail::log_writer out{buffer + 32, {data, data, buffer + fixed_size}};
      (out.template put<detail::field<Fields>>(values), ...);
      host::emit_log(buffer, size, topics);
    });
  }
};

template <class Event, class... Values>
void emit(const Values&... values) {
  Event::emit(values...);
}

}  // namespace trimeter
