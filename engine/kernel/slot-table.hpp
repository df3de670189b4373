// Slots: a map from 32-byte keys to 32-byte values whose cost no choice of keys can raise beyond a bound.
//
// A trie over the hash of the key, 4 bits at a node, leads to leaves: open-addressing tables of at most 4 KiB that hold the
// slots themselves, so that a large state costs one access to distant memory per slot. As in extendible hashing (Fagin et
// al., 1979) several children of a node may be one leaf; a full leaf is split in two, and one that is a single child
// gets a node of its own first. So growing never touches more than the 54 slots of a leaf: there is no table to rehash.
//
// The hash is SipHash-1-3 with a fixed key, so whoever chooses keys can search for some that share its first bits. 55 of
// them take 55 * 16^n trials to go n levels deep, against log16(slots / 28) levels by chance. Where the 64 bits of the
// hash end the trie goes on over the key itself, so that it ends for any set of keys: 80 levels, then at most 54 slots.
#pragma once

#include "heap.hpp"

namespace trimeter::kernel {

struct Slot {
  /** When it was last logged, see journal.hpp; 0 for a place without slot. */
  uint64_t stamp;
  Word key;
  Word value;
};

/** Of a slot that was never logged. */
inline constexpr uint64_t new_stamp = 2;

/** A block of 256 bytes to 4 KiB. Only a table without nodes has a leaf that is not of the largest size. */
struct Leaf {
  uint32_t count;
  uint32_t unused;
  Slot slots[];
};

inline constexpr uint32_t smallest_leaf = 1;
inline constexpr uint32_t largest_leaf = 5;
inline constexpr uint32_t node_mark = 7;

/** 0 for nothing, else an address and in its lowest 3 bits the size of a leaf, 1 to 5, or the mark of a node. */
using Reference = uint32_t;

struct Node {
  Reference children[16];
};

struct Table {
  Reference root;
};

/**
 * https://www.aumasson.jp/siphash/siphash.pdf, with one round per word and three at the end, key zero, no length block. Never
 * zero: the lowest bit is set.
 */
[[gnu::always_inline]] inline uint64_t hash_of(const Word& key) {
  uint64_t v0 = 0x736f6d6570736575;
  uint64_t v1 = 0x646f72616e646f6d;
  uint64_t v2 = 0x6c7967656e657261;
  uint64_t v3 = 0x7465646279746573;
  const auto round = [&]() __attribute__((always_inline)) {
    v0 += v1;
    v2 += v3;
    v1 = __builtin_rotateleft64(v1, 13) ^ v0;
    v3 = __builtin_rotateleft64(v3, 16) ^ v2;
    v0 = __builtin_rotateleft64(v0, 32) + v3;
    v2 += v1;
    v1 = __builtin_rotateleft64(v1, 17) ^ v2;
    v3 = __builtin_rotateleft64(v3, 21) ^ v0;
    v2 = __builtin_rotateleft64(v2, 32);
  };
  const auto absorb = [&](uint64_t word) __attribute__((always_inline)) {
    v3 ^= word;
    round();
    v0 ^= word;
  };
  absorb(key.a);
  absorb(key.b);
  absorb(key.c);
  absorb(key.d);
  v2 ^= 0xff;
  round();
  round();
  round();
  return (v0 ^ v1 ^ v2 ^ v3) | 1;
}

inline bool is_node(Reference reference) { return (reference & 7) == node_mark; }
inline Node* node_at(Reference reference) { return pointer_to<Node>(reference - node_mark); }
inline Leaf* leaf_at(Reference reference) { return pointer_to<Leaf>(reference & ~7u); }
inline uint32_t leaf_order(uint32_t size) { return size + 7; }
inline uint32_t capacity_of(uint32_t size) {
  constexpr uint8_t capacities[8] = {0, 3, 7, 14, 28, 56};
  return capacities[size];
}

/** Large leaves keep places free, which end searches. */
inline bool is_full(const Leaf* leaf, uint32_t capacity) { return leaf->count >= capacity - capacity / 28; }

/** Four bits of hash and key, the highest of each 64 first. */
inline uint32_t digit(uint64_t hash, const Word& key, uint32_t level) {
  const uint32_t shift = 60 - 4 * (level % 16);
  if (__builtin_expect(level < 16, 1)) return static_cast<uint32_t>(hash >> shift) % 16;
  return static_cast<uint32_t>(key.part(level / 16 - 1) >> shift) % 16;
}

/** Where in a leaf the search begins. By the low half of the hash, as the high half has led to the leaf. */
inline uint32_t home(uint64_t hash, uint32_t capacity) {
  return static_cast<uint32_t>((hash & 0xffffffff) * capacity >> 32);
}

/**
 * Asks at once for the memory of three places, where a search begins. Else each of them that holds another key is a wait of its
 * own before the next is asked for: 3 % of a transfer among 1.7 million holders (measured).
 */
[[gnu::always_inline]] inline void request_places(const Leaf* leaf, uint32_t i, uint32_t capacity) {
  const uint32_t first = i + 3 <= capacity ? i : 0;
  const auto* bytes = reinterpret_cast<const volatile uint8_t*>(&leaf->slots[first]);
  (void)bytes[0];
  (void)bytes[64];
  (void)bytes[128];
  (void)bytes[192];
}

[[gnu::always_inline]] inline Slot* find(const Table& table, uint64_t hash, const Word& key) {
  Reference reference = table.root;
  for (uint32_t level = 0; is_node(reference); level++) reference = node_at(reference)->children[digit(hash, key, level)];
  if (reference == 0) return nullptr;
  const uint32_t capacity = capacity_of(reference & 7);
  Leaf* leaf = leaf_at(reference);
  uint32_t i = home(hash, capacity);
  request_places(leaf, i, capacity);
  for (uint32_t left = capacity; left > 0; left--) {
    Slot* slot = &leaf->slots[i];
    if (slot->key == key && slot->stamp != 0) return slot;
    if (slot->stamp == 0) return nullptr;
    if (++i == capacity) i = 0;
  }
  return nullptr;
}

inline Reference allocate_leaf(uint32_t size) {
  auto* leaf = static_cast<Leaf*>(allocate(leaf_order(size)));
  leaf->count = 0;
  for (uint32_t i = 0; i < capacity_of(size); i++) leaf->slots[i].stamp = 0;
  return address_of(leaf) | size;
}

inline void release_leaf(Reference reference) { release(leaf_at(reference), leaf_order(reference & 7)); }

template <class Visitor>
void for_each_in_leaf(Reference reference, const Visitor& visit) {
  Leaf* leaf = leaf_at(reference);
  for (uint32_t i = 0; i < capacity_of(reference & 7); i++) {
    if (leaf->slots[i].stamp != 0) visit(leaf->slots[i]);
  }
}

/** A place for one more slot in a leaf that is not full. */
inline Slot* place_in_leaf(Reference reference, uint64_t hash) {
  const uint32_t capacity = capacity_of(reference & 7);
  Leaf* leaf = leaf_at(reference);
  uint32_t i = home(hash, capacity);
  while (leaf->slots[i].stamp != 0) {
    if (++i == capacity) i = 0;
  }
  leaf->count++;
  return &leaf->slots[i];
}

/** A leaf of the next size with the slots of a full one. */
inline Reference grown(Reference old) {
  const Reference larger = allocate_leaf((old & 7) + 1);
  for_each_in_leaf(old, [larger](const Slot& slot) { *place_in_leaf(larger, hash_of(slot.key)) = slot; });
  release_leaf(old);
  return larger;
}

/** Two leaves for one that is several children of a node. */
inline void split(Node* node, Reference old, uint32_t level) {
  uint32_t first = 0;
  while (node->children[first] != old) first++;
  uint32_t end = first;
  while (end < 16 && node->children[end] == old) end++;
  const uint32_t middle = (first + end) / 2;
  const Reference lower = allocate_leaf(largest_leaf);
  const Reference upper = allocate_leaf(largest_leaf);
  for_each_in_leaf(old, [=](const Slot& slot) {
    const uint64_t hash = hash_of(slot.key);
    *place_in_leaf(digit(hash, slot.key, level) < middle ? lower : upper, hash) = slot;
  });
  for (uint32_t i = first; i < end; i++) node->children[i] = i < middle ? lower : upper;
  release_leaf(old);
}

/** A node whose children are all one leaf. */
inline Reference node_over(Reference leaf) {
  auto* node = static_cast<Node*>(allocate(order_for(sizeof(Node))));
  for (Reference& child : node->children) child = leaf;
  return address_of(node) | node_mark;
}

/** A new slot of value zero for a key that has none. Moves other slots. */
[[gnu::noinline]] inline Slot* insert(Table& table, uint64_t hash, const Word& key) {
  if (table.root == 0) table.root = allocate_leaf(smallest_leaf);
  Reference* child = &table.root;
  Node* node = nullptr;
  uint32_t level = 0;
  for (;;) {
    const Reference reference = *child;
    if (is_node(reference)) {
      node = node_at(reference);
      child = &node->children[digit(hash, key, level++)];
    } else if (!is_full(leaf_at(reference), capacity_of(reference & 7))) {
      break;
    } else if ((reference & 7) < largest_leaf) {
      *child = grown(reference);
    } else {
      const auto index = static_cast<uint32_t>(child - node->children);
      const bool is_shared = node != nullptr && node->children[index ^ 1] == reference;
      if (is_shared) split(node, reference, level - 1);
      else *child = node_over(reference);
    }
  }
  Slot* slot = place_in_leaf(*child, hash);
  *slot = {new_stamp, key, {}};
  return slot;
}

/** Takes a slot out of its table. Those behind it that had been pushed on move up. */
[[gnu::noinline]] inline void remove(Table& table, const Slot* slot) {
  const uint64_t hash = hash_of(slot->key);
  Reference reference = table.root;
  for (uint32_t level = 0; is_node(reference); level++) reference = node_at(reference)->children[digit(hash, slot->key, level)];
  Leaf* leaf = leaf_at(reference);
  const uint32_t capacity = capacity_of(reference & 7);
  const auto after = [capacity](uint32_t i) { return i + 1 == capacity ? 0 : i + 1; };
  const auto distance = [capacity](uint32_t from, uint32_t to) { return to >= from ? to - from : to + capacity - from; };
  auto hole = static_cast<uint32_t>(slot - leaf->slots);
  uint32_t i = after(hole);
  for (uint32_t left = capacity - 1; left > 0 && leaf->slots[i].stamp != 0; left--, i = after(i)) {
    const uint32_t first = home(hash_of(leaf->slots[i].key), capacity);
    if (distance(first, i) < distance(hole, i)) continue;
    leaf->slots[hole] = leaf->slots[i];
    hole = i;
  }
  leaf->slots[hole].stamp = 0;
  leaf->count--;
}

template <class Visitor>
void for_each_slot(Reference reference, const Visitor& visit) {
  if (is_node(reference)) {
    Reference last = 0;
    for (const Reference child : node_at(reference)->children) {
      if (child != last) for_each_slot(child, visit);
      last = child;
    }
  } else if (reference != 0) {
    for_each_in_leaf(reference, visit);
  }
}

inline void release_tree(Reference reference) {
  if (is_node(reference)) {
    Reference last = 0;
    for (const Reference child : node_at(reference)->children) {
      if (child != last) release_tree(child);
      last = child;
    }
    release(node_at(reference), order_for(sizeof(Node)));
  } else if (reference != 0) {
    release_leaf(reference);
  }
}

/** Empties a table. One that was small keeps its leaf for the next time. */
inline void clear(Table& table) {
  if (table.root == 0) return;
  const uint32_t capacity = capacity_of(table.root & 7);
  if (is_node(table.root) || capacity > 14) {
    release_tree(table.root);
    table.root = 0;
    return;
  }
  Leaf* leaf = leaf_at(table.root);
  for (uint32_t i = 0; i < capacity; i++) leaf->slots[i].stamp = 0;
  leaf->count = 0;
}

}  // namespace trimeter::kernel
