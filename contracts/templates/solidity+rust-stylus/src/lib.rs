//! Keeps points for accounts.
#![no_std]

use trimeter::*;

const TOTAL: Slot = Slot::at(0);
const POINTS_OF: Slot = Slot::at(1);

const MOVED: Word = topic("Moved(address,address,uint256)");

const TOO_FEW: u32 = selector("TooFew(uint256,uint256)");

fn add_points(account: Address, points: Uint256) {
    let held = POINTS_OF.entry(account);
    held.set(held.uint256().add(points));
}

fn emit_moved(from: Address, to: Address, points: Uint256) {
    Encoding::event(&MOVED).address(from).address(to).uint256(points).emit(3);
}

fn earn(points: Uint256) {
    let account = msg_sender();
    TOTAL.set(TOTAL.uint256().add(points));
    add_points(account, points);
    emit_moved(Address::ZERO, account, points);
}

fn move_points(to: Address, points: Uint256) {
    let from = msg_sender();
    let held = POINTS_OF.entry(from);
    let available = held.uint256();
    if available < points {
        Encoding::error(TOO_FEW).uint256(available).uint256(points).revert();
    }
    held.set(available.wrapping_sub(points));
    add_points(to, points);
    emit_moved(from, to, points);
}

mod method {
    use trimeter::selector;

    pub const TOTAL: u32 = selector("total()");
    pub const POINTS_OF: u32 = selector("pointsOf(address)");
    pub const EARN: u32 = selector("earn(uint256)");
    pub const MOVE: u32 = selector("move(address,uint256)");
}

/// Reads, and writes nothing. Whether there is such a method.
fn view(method: u32, args: Arguments) -> bool {
    match method {
        method::TOTAL => returns_uint256(TOTAL.uint256()),
        method::POINTS_OF => returns_uint256(POINTS_OF.entry(args.address(0)).uint256()),
        _ => return false,
    }
    true
}

/// Changes storage. Whether there is such a method.
fn change(method: u32, args: Arguments) -> bool {
    match method {
        method::EARN => earn(args.uint256(0)),
        method::MOVE => move_points(args.address(0), args.uint256(1)),
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
