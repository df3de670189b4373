// Keeps points for accounts.
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

constexpr stored<uint256> total{0};
constexpr mapping<address, uint256> points_of{1};

using Moved = event<"Moved", indexed<address>, indexed<address>, uint256>;

using TooFew = error<"TooFew", uint256, uint256>;

void add_points(const address& account, const uint256& points) {
  const auto held = points_of[account];
  held = add(held, points);
}

void earn(uint256 points) {
  const address account = msg_sender();
  total = add(total, points);
  add_points(account, points);
  emit<Moved>(address{}, account, points);
}

void move(address to, uint256 points) {
  const address from = msg_sender();
  const auto held = points_of[from];
  const uint256 available = held;
  if (available < points) revert<TooFew>(available, points);
  held = available - points;
  add_points(to, points);
  emit<Moved>(from, to, points);
}

uint256 get_total() { return total; }
uint256 get_points_of(address account) { return points_of[account]; }

}  // namespace

TRIMETER_CONTRACT(
  view<"total", get_total>,
  view<"pointsOf", get_points_of>,
  method<"earn", earn>,
  method<"move", move>
)
