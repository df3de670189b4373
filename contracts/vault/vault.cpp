// Keeps an ERC-20 token for its depositors. Every method that moves tokens calls the token, once or twice.
#include "sdk/contract.hpp"
#include "sdk/external_call.hpp"

using namespace trimeter;

namespace {

constexpr stored<address> token{0};
constexpr stored<address> keeper{1};
constexpr stored<uint256> total{2};
constexpr mapping<address, uint256> deposits{3};

using Deposited = event<"Deposited", indexed<address>, uint256>;
using Withdrawn = event<"Withdrawn", indexed<address>, uint256>;
using Rebalanced = event<"Rebalanced", indexed<address>, indexed<address>, uint256>;

using InsufficientDeposit = error<"InsufficientDeposit", address, uint256, uint256>;
using NotKeeper = error<"NotKeeper", address>;
using TransferFailed = error<"TransferFailed">;

void pull(const address& from, const uint256& amount) {
  if (!invoke<"transferFrom", bool>(token, from, this_address(), amount)) revert<TransferFailed>();
}

void push(const address& to, const uint256& amount) {
  if (!invoke<"transfer", bool>(token, to, amount)) revert<TransferFailed>();
}

void initialize(address token_address) {
  token = token_address;
  keeper = msg_sender();
}

void deposit(uint256 amount) {
  const address account = msg_sender();
  pull(account, amount);
  const auto deposited = deposits[account];
  deposited = add(deposited, amount);
  total = add(total, amount);
  emit<Deposited>(account, amount);
}

void withdraw(uint256 amount) {
  const address account = msg_sender();
  const auto deposited = deposits[account];
  const uint256 available = deposited;
  if (available < amount) revert<InsufficientDeposit>(account, available, amount);
  deposited = available - amount;
  total = total - amount;
  push(account, amount);
  emit<Withdrawn>(account, amount);
}

void rebalance(address from, address to, uint256 amount) {
  const address caller = msg_sender();
  if (!(caller == keeper)) revert<NotKeeper>(caller);
  pull(from, amount);
  push(to, amount);
  emit<Rebalanced>(from, to, amount);
}

uint256 assets() { return static_invoke<"balanceOf", uint256>(token, this_address()); }
address get_token() { return token; }
address get_keeper() { return keeper; }
uint256 total_deposits() { return total; }
uint256 deposit_of(address account) { return deposits[account]; }

}  // namespace

TRIMETER_CONSTRUCTOR(initialize)
TRIMETER_CONTRACT(
  view<"token", get_token>,
  view<"keeper", get_keeper>,
  view<"totalDeposits", total_deposits>,
  view<"depositOf", deposit_of>,
  view<"assets", assets>,
  method<"deposit", deposit>,
  method<"withdraw", withdraw>,
  method<"rebalance", rebalance>
)
