// The ERC-721 token of OpenZeppelin Contracts 5 (token/ERC721/ERC721.sol), burnable and with an owner that mints, slot for
// slot and error for error.
#include "sdk/contract.hpp"
#include "sdk/external_call.hpp"
#include "sdk/ownable.hpp"

namespace {

/** Of an interface or a method. Only the first four bytes may be other than zero. */
struct bytes4 {
  trimeter::bytes32 word;

  static bytes4 of(uint32_t selector) {
    bytes4 value;
    trimeter::detail::store_selector(selector, value.word.data());
    return value;
  }
  friend bool operator==(const bytes4& a, const bytes4& b) { return a.word == b.word; }
};

}  // namespace

template <>
struct trimeter::abi<bytes4> {
  static constexpr bool is_dynamic = false;
  static constexpr void describe(detail::signature& out) { out.append("bytes4"); }
  static bool is_clean(const uint8_t* word) {
    const bytes32 raw = bytes32::load(word);
    return (raw.part[0] >> 32 | raw.part[1] | raw.part[2] | raw.part[3]) == 0;
  }
  static bytes4 from_word(const uint8_t* word) { return {bytes32::load(word)}; }
  static void to_word(const bytes4& value, uint8_t* word) { value.word.store(word); }
};

namespace {

using namespace trimeter;

constexpr stored_string token_name{0};
constexpr stored_string token_symbol{1};
constexpr mapping<uint256, address> owners{2};
constexpr mapping<address, uint256> balances{3};
constexpr mapping<uint256, address> token_approvals{4};
constexpr mapping<address, mapping<address, bool>> operator_approvals{5};
using minter = ownable<6>;

using Transfer = event<"Transfer", indexed<address>, indexed<address>, indexed<uint256>>;
using Approval = event<"Approval", indexed<address>, indexed<address>, indexed<uint256>>;
using ApprovalForAll = event<"ApprovalForAll", indexed<address>, indexed<address>, bool>;

using ERC721InvalidOwner = error<"ERC721InvalidOwner", address>;
using ERC721NonexistentToken = error<"ERC721NonexistentToken", uint256>;
using ERC721IncorrectOwner = error<"ERC721IncorrectOwner", address, uint256, address>;
using ERC721InvalidSender = error<"ERC721InvalidSender", address>;
using ERC721InvalidReceiver = error<"ERC721InvalidReceiver", address>;
using ERC721InsufficientApproval = error<"ERC721InsufficientApproval", address, uint256>;
using ERC721InvalidApprover = error<"ERC721InvalidApprover", address>;
using ERC721InvalidOperator = error<"ERC721InvalidOperator", address>;

constexpr address nobody{};

address require_owned(const uint256& id) {
  const address owner = owners[id];
  if (owner.is_zero()) revert<ERC721NonexistentToken>(id);
  return owner;
}

void check_authorized(const address& owner, const address& spender, const uint256& id) {
  if (owner == spender || operator_approvals[owner][spender] || token_approvals[id].get() == spender) return;
  if (owner.is_zero()) revert<ERC721NonexistentToken>(id);
  revert<ERC721InsufficientApproval>(spender, id);
}

/** Moves a token: out of nowhere where it has no owner, and to nowhere where `to` is nobody. Returns who had it. */
address update(const address& from, const address& to, const uint256& id) {
  if (!from.is_zero()) {
    token_approvals[id] = nobody;
    const auto balance = balances[from];
    balance = balance - 1;
  }
  if (!to.is_zero()) {
    const auto balance = balances[to];
    balance = balance + 1;
  }
  owners[id] = to;
  emit<Transfer>(from, to, id);
  return from;
}

/** The same on behalf of the caller. */
address update_by_caller(const address& to, const uint256& id) {
  const address from = owners[id];
  check_authorized(from, msg_sender(), id);
  return update(from, to, id);
}

/** A contract that receives a token safely has to say that it knows what to do with one. */
void check_receiver(const address& from, const address& to, const uint256& id, const bytes& data) {
  if (host::account_code_size(to.data()) == 0) return;
  const call_result result = call(to, encode_call<"onERC721Received">(msg_sender(), from, id, data));
  if (!result.is_success) {
    if (result.output.size == 0) revert<ERC721InvalidReceiver>(to);
    revert_with(result.output.data, result.output.size);
  }
  if (result.output.size < 32) revert();
  constexpr uint32_t expected =
      detail::keccak256(detail::describe<address, address, uint256, bytes>("onERC721Received")).selector();
  if (!(detail::read_word<bytes4>(result.output.data) == bytes4::of(expected))) revert<ERC721InvalidReceiver>(to);
}

void initialize(string name, string symbol) {
  token_name.initialize(name);
  token_symbol.initialize(symbol);
  minter::initialize(msg_sender());
}

/** Of IERC165, IERC721 and IERC721Metadata, as the standards give them. */
bool supports_interface(bytes4 id) {
  return id == bytes4::of(0x01ffc9a7) || id == bytes4::of(0x80ac58cd) || id == bytes4::of(0x5b5e139f);
}

string name() { return token_name.get(); }
string symbol() { return token_symbol.get(); }

string token_uri(uint256 id) {
  require_owned(id);
  return "";
}

uint256 balance_of(address owner) {
  if (owner.is_zero()) revert<ERC721InvalidOwner>(nobody);
  return balances[owner];
}

address owner_of(uint256 id) { return require_owned(id); }

address get_approved(uint256 id) {
  require_owned(id);
  return token_approvals[id];
}

bool is_approved_for_all(address owner, address spender) { return operator_approvals[owner][spender]; }

void approve(address to, uint256 id) {
  const address caller = msg_sender();
  const address owner = require_owned(id);
  if (!(owner == caller) && !operator_approvals[owner][caller]) revert<ERC721InvalidApprover>(caller);
  emit<Approval>(owner, to, id);
  token_approvals[id] = to;
}

void set_approval_for_all(address spender, bool approved) {
  const address owner = msg_sender();
  if (spender.is_zero()) revert<ERC721InvalidOperator>(spender);
  operator_approvals[owner][spender] = approved;
  emit<ApprovalForAll>(owner, spender, approved);
}

void transfer_from(address from, address to, uint256 id) {
  if (to.is_zero()) revert<ERC721InvalidReceiver>(nobody);
  const address owner = update_by_caller(to, id);
  if (!(owner == from)) revert<ERC721IncorrectOwner>(from, id, owner);
}

void safe_transfer_with_data(address from, address to, uint256 id, bytes data) {
  transfer_from(from, to, id);
  check_receiver(from, to, id, data);
}

void safe_transfer_from(address from, address to, uint256 id) { safe_transfer_with_data(from, to, id, {}); }

void mint(address to, uint256 id) {
  minter::check();
  if (to.is_zero()) revert<ERC721InvalidReceiver>(nobody);
  if (!owners[id].get().is_zero()) revert<ERC721InvalidSender>(nobody);
  update(nobody, to, id);
}

void burn(uint256 id) { update_by_caller(nobody, id); }

}  // namespace

TRIMETER_CONSTRUCTOR(initialize)
TRIMETER_CONTRACT(
  view<"supportsInterface", supports_interface>,
  view<"name", name>,
  view<"symbol", symbol>,
  view<"tokenURI", token_uri>,
  view<"owner", minter::get>,
  view<"balanceOf", balance_of>,
  view<"ownerOf", owner_of>,
  view<"getApproved", get_approved>,
  view<"isApprovedForAll", is_approved_for_all>,
  method<"approve", approve>,
  method<"setApprovalForAll", set_approval_for_all>,
  method<"transferFrom", transfer_from>,
  method<"safeTransferFrom", safe_transfer_from>,
  method<"safeTransferFrom", safe_transfer_with_data>,
  method<"mint", mint>,
  method<"burn", burn>,
  method<"transferOwnership", minter::transfer>,
  method<"renounceOwnership", minter::renounce>
)
