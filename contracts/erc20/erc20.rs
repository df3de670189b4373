//! The ERC-20 token of erc20.cpp, method for method.
#![no_std]

use trimeter::*;

const BALANCES: Slot = Slot::at(0);
const ALLOWANCES: Slot = Slot::at(1);
const TOTAL: Slot = Slot::at(2);
const NAME: Slot = Slot::at(3);
const SYMBOL: Slot = Slot::at(4);

const TRANSFERRED: Word = topic("Transfer(address,address,uint256)");
const APPROVED: Word = topic("Approval(address,address,uint256)");

const INSUFFICIENT_BALANCE: u32 = selector("ERC20InsufficientBalance(address,uint256,uint256)");
const INSUFFICIENT_ALLOWANCE: u32 = selector("ERC20InsufficientAllowance(address,uint256,uint256)");
const INVALID_SENDER: u32 = selector("ERC20InvalidSender(address)");
const INVALID_RECEIVER: u32 = selector("ERC20InvalidReceiver(address)");
const INVALID_APPROVER: u32 = selector("ERC20InvalidApprover(address)");
const INVALID_SPENDER: u32 = selector("ERC20InvalidSpender(address)");

fn refuse_nobody(account: Address, error: u32) {
    if account == Address::ZERO {
        Encoding::error(error).address(account).revert();
    }
}

fn refuse_too_much(value: Uint256, available: Uint256, account: Address, error: u32) {
    if available < value {
        Encoding::error(error).address(account).uint256(available).uint256(value).revert();
    }
}

fn emit(event: &Word, from: Address, to: Address, value: Uint256) {
    Encoding::event(event).address(from).address(to).uint256(value).emit(3);
}

/// The balance of an account never exceeds the total, so that only minting can overflow.
fn credit(to: Address, value: Uint256) {
    let balance = BALANCES.entry(to);
    balance.set(balance.uint256().wrapping_add(value));
}

fn transfer(from: Address, to: Address, value: Uint256) {
    refuse_nobody(from, INVALID_SENDER);
    refuse_nobody(to, INVALID_RECEIVER);
    let balance = BALANCES.entry(from);
    let available = balance.uint256();
    refuse_too_much(value, available, from, INSUFFICIENT_BALANCE);
    balance.set(available.wrapping_sub(value));
    credit(to, value);
    emit(&TRANSFERRED, from, to, value);
}

fn mint(to: Address, value: Uint256) {
    refuse_nobody(to, INVALID_RECEIVER);
    TOTAL.set(TOTAL.uint256().add(value));
    credit(to, value);
    emit(&TRANSFERRED, Address::ZERO, to, value);
}

fn refuse_invalid_allowance(owner: Address, spender: Address) {
    refuse_nobody(owner, INVALID_APPROVER);
    refuse_nobody(spender, INVALID_SPENDER);
}

fn spend_allowance(owner: Address, spender: Address, value: Uint256) {
    let allowance = ALLOWANCES.entry(owner).entry(spender);
    let current = allowance.uint256();
    if current == Uint256::MAX {
        return;
    }
    refuse_too_much(value, current, spender, INSUFFICIENT_ALLOWANCE);
    refuse_invalid_allowance(owner, spender);
    allowance.set(current.wrapping_sub(value));
}

fn approve(owner: Address, spender: Address, value: Uint256) {
    refuse_invalid_allowance(owner, spender);
    ALLOWANCES.entry(owner).entry(spender).set(value);
    emit(&APPROVED, owner, spender, value);
}

fn initialize(name: &[u8], symbol: &[u8], initial_supply: Uint256) {
    NAME.initialize_string(name);
    SYMBOL.initialize_string(symbol);
    mint(msg_sender(), initial_supply);
}

mod method {
    use trimeter::selector;

    pub const NAME: u32 = selector("name()");
    pub const SYMBOL: u32 = selector("symbol()");
    pub const DECIMALS: u32 = selector("decimals()");
    pub const TOTAL_SUPPLY: u32 = selector("totalSupply()");
    pub const BALANCE_OF: u32 = selector("balanceOf(address)");
    pub const ALLOWANCE: u32 = selector("allowance(address,address)");
    pub const TRANSFER: u32 = selector("transfer(address,uint256)");
    pub const APPROVE: u32 = selector("approve(address,uint256)");
    pub const TRANSFER_FROM: u32 = selector("transferFrom(address,address,uint256)");
    pub const MINT: u32 = selector("mint(address,uint256)");
}

/// Reads, and writes nothing. Whether there is such a method.
fn view(method: u32, args: Arguments) -> bool {
    match method {
        method::NAME => returns_bytes(NAME.string()),
        method::SYMBOL => returns_bytes(SYMBOL.string()),
        method::DECIMALS => returns_number(18),
        method::TOTAL_SUPPLY => returns_uint256(TOTAL.uint256()),
        method::BALANCE_OF => returns_uint256(BALANCES.entry(args.address(0)).uint256()),
        method::ALLOWANCE => {
            returns_uint256(ALLOWANCES.entry(args.address(0)).entry(args.address(1)).uint256());
        }
        _ => return false,
    }
    true
}

/// Changes storage. Whether there is such a method.
fn change(method: u32, args: Arguments) -> bool {
    match method {
        method::TRANSFER => {
            transfer(msg_sender(), args.address(0), args.uint256(1));
            returns_number(1);
        }
        method::APPROVE => {
            approve(msg_sender(), args.address(0), args.uint256(1));
            returns_number(1);
        }
        method::TRANSFER_FROM => {
            let (from, to, value) = (args.address(0), args.address(1), args.uint256(2));
            spend_allowance(from, msg_sender(), value);
            transfer(from, to, value);
            returns_number(1);
        }
        method::MINT => mint(args.address(0), args.uint256(1)),
        _ => return false,
    }
    flush_storage();
    true
}

#[unsafe(no_mangle)]
extern "C" fn user_entrypoint(size: usize) -> i32 {
    let (method, args) = read_call(size);
    i32::from(!(view(method, args) || change(method, args)))
}

#[unsafe(no_mangle)]
extern "C" fn user_constructor(size: usize) -> i32 {
    let args = Arguments(read_input(size));
    initialize(args.bytes(0), args.bytes(1), args.uint256(2));
    flush_storage();
    0
}
