//! The hash functions of hashing.cpp, method for method.
#![no_std]

use trimeter::blake2b::blake2b_256;
use trimeter::keccak::keccak256;
use trimeter::sha256::sha256;
use trimeter::*;

const ROUND_LIMIT: Uint256 = Uint256::new(100);

const TOO_MANY_ROUNDS: u32 = selector("TooManyRounds(uint256,uint256)");

fn once(hash: impl Fn(&[u8]) -> Word, args: Arguments) {
    returns(&hash(args.bytes(0)));
}

/// The hash of the hash, and so on: `rounds` times. None gives the seed.
fn chain(hash: impl Fn(&[u8]) -> Word, args: Arguments) {
    let mut digest = *args.word(0);
    let rounds = args.uint256(1);
    if ROUND_LIMIT < rounds {
        Encoding::error(TOO_MANY_ROUNDS).uint256(rounds).uint256(ROUND_LIMIT).revert();
    }
    for _ in 0..rounds.as_u64().unwrap_or(0) {
        digest = hash(&digest);
    }
    returns(&digest);
}

mod method {
    use trimeter::selector;

    pub const SHA256: u32 = selector("sha256Guest(bytes)");
    pub const BLAKE2B: u32 = selector("blake2bGuest(bytes)");
    pub const KECCAK: u32 = selector("keccakGuest(bytes)");
    pub const KECCAK_HOST: u32 = selector("keccakHost(bytes)");
    pub const SHA256_ROUNDS: u32 = selector("sha256GuestRounds(bytes32,uint256)");
    pub const BLAKE2B_ROUNDS: u32 = selector("blake2bGuestRounds(bytes32,uint256)");
    pub const KECCAK_ROUNDS: u32 = selector("keccakGuestRounds(bytes32,uint256)");
    pub const KECCAK_HOST_ROUNDS: u32 = selector("keccakHostRounds(bytes32,uint256)");
}

#[unsafe(no_mangle)]
extern "C" fn user_entrypoint(size: usize) -> i32 {
    let (method, args) = read_call(size);
    match method {
        method::SHA256 => once(sha256, args),
        method::BLAKE2B => once(blake2b_256, args),
        method::KECCAK => once(keccak256, args),
        method::KECCAK_HOST => once(native_keccak256, args),
        method::SHA256_ROUNDS => chain(sha256, args),
        method::BLAKE2B_ROUNDS => chain(blake2b_256, args),
        method::KECCAK_ROUNDS => chain(keccak256, args),
        method::KECCAK_HOST_ROUNDS => chain(native_keccak256, args),
        _ => return 1,
    }
    0
}
