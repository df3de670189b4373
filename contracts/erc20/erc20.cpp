// The ERC-20 token of OpenZeppelin Contracts 5 (token/ERC20/ERC20.sol), slot for slot and error for error.
#include "sdk/contract.hpp"

using namespace trimeter;

namespace {

constexpr mapping<address, uint256> balances{0};
constexpr mapping<address, mapping<address, uint256>> allowances{1};
constexpr stored<uint256> total{2};
constexpr stored_string token_name{3};
constexpr stored_string token_symbol{4};

using Transfer = event<"Transfer", indexed<address>, indexed<address>, uint256>;
using Approval = event<"Approval", indexed<address>, indexed<address>, uint256>;

using ERC20InsufficientBalance = error<"ERC20InsufficientBalance", address, uint256, uint256>;
using ERC20InsufficientAllowance = error<"ERC20InsufficientAllowance", address, uint256, uint256>;
using ERC20InvalidSender = error<"ERC20InvalidSender", address>;
using ERC20InvalidReceiver = error<"ERC20InvalidReceiver", address>;
using ERC20InvalidApprover = error<"ERC20InvalidApprover", address>;
using ERC20InvalidSpender = error<"ERC20InvalidSpender", address>;

constexpr address nobody{};

// The balance of an account never exceeds the total, so that only minting can overflow.
void credit(const address& to, const uint256& value) {
  const auto balance = balances[to];
  balance = balance + value;
}

void move(const address& from, const address& to, const uint256& value) {
  if (from.is_zero()) revert<ERC20InvalidSender>(nobody);
  if (to.is_zero()) revert<ERC20InvalidReceiver>(nobody);
  const auto balance = balances[from];
  const uint256 available = balance;
  if (available < value) revert<ERC20InsufficientBalance>(from, available, value);
  balance = available - value;
  credit(to, value);
  emit<Transfer>(from, to, value);
}

void mint(const address& to, const uint256& value) {
  if (to.is_zero()) revert<ERC20InvalidReceiver>(nobody);
  total = add(total, value);
  credit(to, value);
  emit<Transfer>(nobody, to, value);
}

void spend_allowance(const address& owner, const address& spender, const uint256& value) {
  const auto allowance = allowances[owner][spender];
  const uint256 current = allowance;
  if (current == max_uint256) return;
  if (current < value) revert<ERC20InsufficientAllowance>(spender, current, value);
  if (owner.is_zero()) revert<ERC20InvalidApprover>(nobody);
  if (spender.is_zero()) revert<ERC20InvalidSpender>(nobody);
  allowance = current - value;
}

void initialize(string name, string symbol, uint256 initial_supply) {
  token_name.initialize(name);
  token_symbol.initialize(symbol);
  mint(msg_sender(), initial_supply);
}

string name() { return token_name.get(); }
string symbol() { return token_symbol.get(); }
uint8_t decimals() { return 18; }
uint256 total_supply() { return total; }
uint256 balance_of(address account) { return balances[account]; }
uint256 allowance(address owner, address spender) { return allowances[owner][spender]; }

bool transfer(address to, uint256 value) {
  move(msg_sender(), to, value);
  return true;
}

bool approve(address spender, uint256 value) {
  const address owner = msg_sender();
  if (owner.is_zero()) revert<ERC20InvalidApprover>(nobody);
  if (spender.is_zero()) revert<ERC20InvalidSpender>(nobody);
  allowances[owner][spender] = value;
  emit<Approval>(owner, spender, value);
  return true;
}

bool transfer_from(address from, address to, uint256 value) {
  spend_allowance(from, msg_sender(), value);
  move(from, to, value);
  return true;
}

}  // namespace

TRIMETER_CONSTRUCTOR(initialize)
TRIMETER_CONTRACT(
  view<"name", name>,
  view<"symbol", symbol>,
  view<"decimals", decimals>,
  view<"totalSupply", total_supply>,
  view<"balanceOf", balance_of>,
  view<"allowance", allowance>,
  method<"transfer", transfer>,
  method<"approve", approve>,
  method<"transferFrom", transfer_from>,
  method<"mint", mint>
)
