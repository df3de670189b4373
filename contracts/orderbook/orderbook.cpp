// Limit orders for one pair of assets, matched by price and then by time. The prices of each side that have orders are
// bits of a map with a summary above it, so that the best one is found in two steps; the orders of a price are a list.
// An order takes at most `fill_limit` others.
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

enum asset : int { base, quote };

constexpr uint64_t fill_limit = 16;

/** The fields of a storage word, lowest bits first, as solc packs small variables. */
struct packer {
  uint256 word;
  unsigned at = 0;

  void put(const uint256& value, unsigned bits) {
    word = word | value << at;
    at += bits;
  }
};

uint64_t field(const uint256& word, unsigned at) { return (word >> at).limb[0]; }

struct order {
  address owner;
  uint64_t amount;
  uint16_t price;
  bool is_bid;
  uint64_t next;
  uint64_t previous;
};

/** Oldest and newest order of a price. */
struct level {
  uint64_t first;
  uint64_t last;
};

/** `mapping(uint64 => Order)`: an order takes two words. */
struct order_entry {
  stored<uint256> terms;
  stored<uint256> links;

  explicit order_entry(uint64_t id) : order_entry(mapping<uint64_t, uint256>{6}[id].slot) {}

  address owner() const {
    address account;
    (terms.get() & owner_mask()).to_be(account.word.data());
    return account;
  }

  order get() const {
    const uint256 word = terms;
    const uint256 neighbours = links;
    address owner;
    (word & owner_mask()).to_be(owner.word.data());
    return {owner,
            field(word, 160),
            static_cast<uint16_t>(field(word, 224)),
            (field(word, 240) & 1) != 0,
            field(neighbours, 0),
            field(neighbours, 64)};
  }

  void set(const order& value) const {
    packer out;
    out.put(uint256::from_be(value.owner.word.data()), 160);
    out.put(value.amount, 64);
    out.put(value.price, 16);
    out.put(value.is_bid, 8);
    terms = out.word;
    set_links(value.next, value.previous);
  }

  void set_links(uint64_t next, uint64_t previous) const { links = {next, previous, 0, 0}; }
  void set_next(uint64_t next) const { set_links(next, field(links, 64)); }
  void set_previous(uint64_t previous) const { set_links(field(links, 0), previous); }

  void set_amount(uint64_t amount) const {
    const uint256 word = terms;
    terms = (word & ~(uint256{~uint64_t{0}} << 160)) | uint256{amount} << 160;
  }

  void clear() const {
    terms = 0;
    links = 0;
  }

 private:
  explicit order_entry(const bytes32& slot) : terms(slot), links(slot_after(slot)) {}

  static uint256 owner_mask() { return (uint256{1} << 160) - 1; }
  static bytes32 slot_after(const bytes32& slot) {
    bytes32 next;
    (uint256::from_be(slot.data()) + 1).to_be(next.data());
    return next;
  }
};

struct level_entry {
  stored<uint256> word;

  level get() const {
    const uint256 ends = word;
    return {field(ends, 0), field(ends, 64)};
  }
  void set(const level& ends) const { word = {ends.first, ends.last, 0, 0}; }
};

/** Bids or asks. */
struct side {
  stored<uint256> summary;
  mapping<uint256, uint256> prices;
  mapping<uint256, uint256> levels;

  explicit constexpr side(uint64_t slot) : summary(slot), prices(slot + 1), levels(slot + 2) {}

  level_entry level_at(uint16_t price) const { return {levels[price]}; }

  void mark(uint16_t price) const {
    const unsigned word = price >> 8;
    const auto bits = prices[word];
    bits = bits.get() | uint256{1} << (price & 0xff);
    summary = summary.get() | uint256{1} << word;
  }

  void unmark(uint16_t price) const {
    const unsigned word = price >> 8;
    const auto entry = prices[word];
    const uint256 bits = entry.get() & ~(uint256{1} << (price & 0xff));
    entry = bits;
    if (bits.is_zero()) summary = summary.get() & ~(uint256{1} << word);
  }
};

constexpr side asks{0};
constexpr side bids{3};
constexpr mapping<address, uint256> balances[2] = {mapping<address, uint256>{7}, mapping<address, uint256>{8}};

using Placed = event<"Placed", indexed<uint64_t>, indexed<address>, bool, uint16_t, uint64_t>;
using Filled = event<"Filled", indexed<uint64_t>, indexed<address>, uint16_t, uint64_t>;
using Cancelled = event<"Cancelled", indexed<uint64_t>>;

using InsufficientBalance = error<"InsufficientBalance", uint256, uint256>;
using InvalidOrder = error<"InvalidOrder">;
using NotOwner = error<"NotOwner", uint64_t>;
using OrderExists = error<"OrderExists", uint64_t>;

const side& side_of(bool is_bid) { return is_bid ? bids : asks; }

uint256 worth(uint64_t amount, uint16_t price) { return uint256{amount} * uint256{price}; }

void give(asset what, const address& account, const uint256& amount) {
  const auto balance = balances[what][account];
  balance = add(balance, amount);
}

void take(asset what, const address& account, const uint256& amount) {
  const auto balance = balances[what][account];
  const uint256 available = balance;
  if (available < amount) revert<InsufficientBalance>(available, amount);
  balance = available - amount;
}

/** Of a number that is not zero. */
unsigned highest_bit(const uint256& bits) { return bits.bit_length() - 1; }
unsigned lowest_bit(const uint256& bits) { return highest_bit(bits & -bits); }

uint16_t best_price(bool is_bid) {
  const side& book = side_of(is_bid);
  const uint256 summary = book.summary;
  if (summary.is_zero()) return 0;
  const unsigned word = is_bid ? highest_bit(summary) : lowest_bit(summary);
  const uint256 bits = book.prices[word];
  return static_cast<uint16_t>(word << 8 | (is_bid ? highest_bit(bits) : lowest_bit(bits)));
}

void append(uint64_t id, const order& added) {
  const side& book = side_of(added.is_bid);
  const level_entry entry = book.level_at(added.price);
  level ends = entry.get();
  if (ends.last == 0) {
    ends.first = id;
    book.mark(added.price);
  } else {
    order_entry(ends.last).set_next(id);
  }
  order linked = added;
  linked.previous = ends.last;
  ends.last = id;
  entry.set(ends);
  order_entry(id).set(linked);
  emit<Placed>(id, added.owner, added.is_bid, added.price, added.amount);
}

void remove(uint64_t id, const order& removed) {
  const side& book = side_of(removed.is_bid);
  if (removed.previous == 0 || removed.next == 0) {
    const level_entry entry = book.level_at(removed.price);
    level ends = entry.get();
    if (removed.previous == 0) ends.first = removed.next;
    if (removed.next == 0) ends.last = removed.previous;
    entry.set(ends);
  }
  if (removed.previous != 0) order_entry(removed.previous).set_next(removed.next);
  if (removed.next != 0) order_entry(removed.next).set_previous(removed.previous);
  if (removed.previous == 0 && removed.next == 0) book.unmark(removed.price);
  order_entry(id).clear();
}

/** Trades with the oldest order of a price and pays its owner. Returns how much. */
uint64_t fill(bool is_bid, uint16_t price, uint64_t wanted, const address& taker) {
  const uint64_t id = side_of(is_bid).level_at(price).get().first;
  const order_entry entry(id);
  const order maker = entry.get();
  const uint64_t traded = wanted < maker.amount ? wanted : maker.amount;
  if (traded == maker.amount) {
    remove(id, maker);
  } else {
    entry.set_amount(maker.amount - traded);
  }
  if (is_bid) {
    give(base, maker.owner, traded);
  } else {
    give(quote, maker.owner, worth(traded, price));
  }
  emit<Filled>(id, taker, price, traded);
  return traded;
}

void deposit(uint256 base_amount, uint256 quote_amount) {
  const address account = msg_sender();
  give(base, account, base_amount);
  give(quote, account, quote_amount);
}

uint64_t place(uint64_t id, bool is_bid, uint16_t price, uint64_t amount) {
  if (id == 0 || price == 0 || amount == 0) revert<InvalidOrder>();
  if (!order_entry(id).owner().is_zero()) revert<OrderExists>(id);
  const address account = msg_sender();
  uint64_t filled = 0;
  uint256 cost = 0;
  uint64_t rested = 0;
  for (uint64_t fills = 0; filled < amount; fills++) {
    const uint16_t best = best_price(!is_bid);
    if (best == 0 || (is_bid ? best > price : best < price)) {
      rested = amount - filled;
      append(id, {account, rested, price, is_bid, 0, 0});
      break;
    }
    if (fills == fill_limit) break;
    const uint64_t traded = fill(!is_bid, best, amount - filled, account);
    filled += traded;
    cost = cost + worth(traded, best);
  }
  if (is_bid) {
    take(quote, account, cost + worth(rested, price));
    give(base, account, filled);
  } else {
    take(base, account, uint256{filled} + rested);
    give(quote, account, cost);
  }
  return filled;
}

void cancel(uint64_t id) {
  const address account = msg_sender();
  const order cancelled = order_entry(id).get();
  if (!(cancelled.owner == account)) revert<NotOwner>(id);
  remove(id, cancelled);
  if (cancelled.is_bid) {
    give(quote, account, worth(cancelled.amount, cancelled.price));
  } else {
    give(base, account, cancelled.amount);
  }
  emit<Cancelled>(id);
}

returns<uint64_t, uint64_t> level_of(bool is_bid, uint16_t price) {
  const level ends = side_of(is_bid).level_at(price).get();
  return {ends.first, ends.last};
}

returns<address, bool, uint16_t, uint64_t> order_of(uint64_t id) {
  const order found = order_entry(id).get();
  return {found.owner, found.is_bid, found.price, found.amount};
}

returns<uint256, uint256> balances_of(address account) { return {balances[base][account], balances[quote][account]}; }

}  // namespace

TRIMETER_CONTRACT(
  view<"bestPrice", best_price>,
  view<"levelOf", level_of>,
  view<"orderOf", order_of>,
  view<"balancesOf", balances_of>,
  method<"deposit", deposit>,
  method<"place", place>,
  method<"cancel", cancel>
)
