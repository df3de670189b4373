// Ownable of OpenZeppelin Contracts 5 (access/Ownable.sol): one account that may do what others may not.
//
//   using owner = ownable<6>;                                // the slot that solc gives `_owner`
//   void initialize() { owner::initialize(msg_sender()); }
//   void mint() { owner::check(); ... }
//   TRIMETER_CONTRACT(..., view<"owner", owner::get>, method<"transferOwnership", owner::transfer>,
//                     method<"renounceOwnership", owner::renounce>)
#pragma once

#include "context.hpp"
#include "error.hpp"
#include "event.hpp"
#include "storage.hpp"

namespace trimeter {

template <uint64_t slot>
struct ownable {
  using OwnershipTransferred = event<"OwnershipTransferred", indexed<address>, indexed<address>>;
  using OwnableUnauthorizedAccount = error<"OwnableUnauthorizedAccount", address>;
  using OwnableInvalidOwner = error<"OwnableInvalidOwner", address>;

  static constexpr stored<address> account{slot};

  static address get() { return account; }

  /** `onlyOwner`. */
  static void check() {
    const address caller = msg_sender();
    if (!(get() == caller)) revert<OwnableUnauthorizedAccount>(caller);
  }

  static void initialize(const address& owner) {
    if (owner.is_zero()) revert<OwnableInvalidOwner>(address{});
    replace(owner);
  }

  static void transfer(address owner) {
    check();
    initialize(owner);
  }

  static void renounce() {
    check();
    replace(address{});
  }

 private:
  static void replace(const address& owner) {
    const address before = account;
    account = owner;
    emit<OwnershipTransferred>(before, owner);
  }
};

}  // namespace trimeter
