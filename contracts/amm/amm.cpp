// A pool of two tokens that keeps the product of its reserves from falling, with the rules and the rounding of Uniswap v2:
// 0.3 % of what comes in stays in the pool. The tokens are numbers in this contract, so that no call leaves it.
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

constexpr mapping<address, uint256> balances[2] = {mapping<address, uint256>{0}, mapping<address, uint256>{1}};
constexpr stored<uint256> reserves[2] = {stored<uint256>{2}, stored<uint256>{3}};
constexpr stored<uint256> total_shares{4};
constexpr mapping<address, uint256> shares_of{5};

using LiquidityAdded = event<"LiquidityAdded", indexed<address>, uint256, uint256, uint256>;
using LiquidityRemoved = event<"LiquidityRemoved", indexed<address>, uint256, uint256, uint256>;
using Swapped = event<"Swapped", indexed<address>, bool, uint256, uint256>;

using InsufficientBalance = error<"InsufficientBalance", uint256, uint256>;
using InsufficientLiquidity = error<"InsufficientLiquidity">;
using InsufficientOutput = error<"InsufficientOutput", uint256, uint256>;
using TooManyRounds = error<"TooManyRounds", uint256, uint256>;

/** Shares that nobody can ever redeem, so that a share can not be made arbitrarily dear. */
constexpr uint256 locked_shares = 1'000;
constexpr uint256 round_limit = 1'000;
constexpr address nobody{};

/** floor(a * b / d), for d other than zero. */
uint256 proportion(const uint256& a, const uint256& b, const uint256& d) { return detail::or_panic(mul_div(a, b, d)); }

void take(int side, const address& account, const uint256& amount) {
  const auto balance = balances[side][account];
  const uint256 available = balance;
  if (available < amount) revert<InsufficientBalance>(available, amount);
  balance = available - amount;
}

void give(int side, const address& account, const uint256& amount) {
  const auto balance = balances[side][account];
  balance = add(balance, amount);
}

/** The most that leaves the product of the reserves where it was, not counting the fee. */
uint256 output_of(const uint256& amount_in, const uint256& reserve_in, const uint256& reserve_out) {
  if (reserve_in.is_zero() || reserve_out.is_zero()) revert<InsufficientLiquidity>();
  const uint256 charged = mul(amount_in, 997);
  return proportion(charged, reserve_out, add(mul(reserve_in, 1'000), charged));
}

void deposit(uint256 amount0, uint256 amount1) {
  const address account = msg_sender();
  give(0, account, amount0);
  give(1, account, amount1);
}

uint256 add_liquidity(uint256 amount0, uint256 amount1) {
  const address account = msg_sender();
  take(0, account, amount0);
  take(1, account, amount1);
  uint256 total = total_shares;
  const uint256 reserve0 = reserves[0];
  const uint256 reserve1 = reserves[1];
  uint256 shares;
  if (total.is_zero()) {
    const uint256 root = sqrt(mul(amount0, amount1));
    if (root <= locked_shares) revert<InsufficientLiquidity>();
    shares = root - locked_shares;
    shares_of[nobody] = locked_shares;
    total = locked_shares;
  } else {
    const uint256 shares0 = proportion(amount0, total, reserve0);
    const uint256 shares1 = proportion(amount1, total, reserve1);
    shares = shares0 < shares1 ? shares0 : shares1;
    if (shares.is_zero()) revert<InsufficientLiquidity>();
  }
  total_shares = add(total, shares);
  const auto owned = shares_of[account];
  owned = add(owned, shares);
  reserves[0] = add(reserve0, amount0);
  reserves[1] = add(reserve1, amount1);
  emit<LiquidityAdded>(account, amount0, amount1, shares);
  return shares;
}

returns<uint256, uint256> remove_liquidity(uint256 shares) {
  const address account = msg_sender();
  const auto entry = shares_of[account];
  const uint256 owned = entry;
  if (owned < shares) revert<InsufficientBalance>(owned, shares);
  if (shares.is_zero()) revert<InsufficientLiquidity>();
  const uint256 total = total_shares;
  const uint256 reserve0 = reserves[0];
  const uint256 reserve1 = reserves[1];
  const uint256 amount0 = proportion(shares, reserve0, total);
  const uint256 amount1 = proportion(shares, reserve1, total);
  if (amount0.is_zero() || amount1.is_zero()) revert<InsufficientLiquidity>();
  entry = owned - shares;
  total_shares = total - shares;
  reserves[0] = reserve0 - amount0;
  reserves[1] = reserve1 - amount1;
  give(0, account, amount0);
  give(1, account, amount1);
  emit<LiquidityRemoved>(account, amount0, amount1, shares);
  return {amount0, amount1};
}

uint256 swap(bool zero_for_one, uint256 amount_in, uint256 minimum_out) {
  const address account = msg_sender();
  const int from = zero_for_one ? 0 : 1;
  const int to = 1 - from;
  take(from, account, amount_in);
  const uint256 reserve_in = reserves[from];
  const uint256 reserve_out = reserves[to];
  const uint256 amount_out = output_of(amount_in, reserve_in, reserve_out);
  if (amount_out < minimum_out) revert<InsufficientOutput>(amount_out, minimum_out);
  reserves[from] = add(reserve_in, amount_in);
  reserves[to] = reserve_out - amount_out;
  give(to, account, amount_out);
  emit<Swapped>(account, zero_for_one, amount_in, amount_out);
  return amount_out;
}

/** What would be left after trading back and forth: arithmetic alone. */
uint256 quote(bool zero_for_one, uint256 amount, uint256 rounds) {
  if (rounds > round_limit) revert<TooManyRounds>(rounds, round_limit);
  uint256 reserve_in = reserves[zero_for_one ? 0 : 1];
  uint256 reserve_out = reserves[zero_for_one ? 1 : 0];
  for (uint64_t left = rounds.limb[0]; left > 0; left--) {
    const uint256 output = output_of(amount, reserve_in, reserve_out);
    const uint256 filled = add(reserve_in, amount);
    reserve_in = reserve_out - output;
    reserve_out = filled;
    amount = output;
  }
  return amount;
}

returns<uint256, uint256> balances_of(address account) { return {balances[0][account], balances[1][account]}; }
returns<uint256, uint256> get_reserves() { return {reserves[0], reserves[1]}; }
uint256 get_total_shares() { return total_shares; }
uint256 get_shares_of(address account) { return shares_of[account]; }

}  // namespace

TRIMETER_CONTRACT(
  view<"totalShares", get_total_shares>,
  view<"sharesOf", get_shares_of>,
  view<"balancesOf", balances_of>,
  view<"getReserves", get_reserves>,
  view<"quote", quote>,
  method<"deposit", deposit>,
  method<"addLiquidity", add_liquidity>,
  method<"removeLiquidity", remove_liquidity>,
  method<"swap", swap>
)
