//! What a contract in Rust needs: as much as the ports use, and no more.
#![no_std]

pub mod blake2b;
mod host;
pub mod keccak;
pub mod sha256;

use core::arch::wasm32;
use core::cmp::Ordering;
use core::panic::PanicInfo;
use core::slice;

/// 32 bytes as they lie in calldata, storage and topics.
pub type Word = [u8; 32];

// Words

/// An account, as the word that calldata, mapping keys and topics want: twelve zero bytes, then the address.
#[derive(Clone, Copy, PartialEq)]
pub struct Address(pub Word);

impl Address {
    pub const ZERO: Self = Self([0; 32]);
}

/// An unsigned 256-bit integer: as much of it as the contracts need.
#[derive(Clone, Copy, PartialEq)]
pub struct Uint256 {
    /// Least significant first.
    limbs: [u64; 4],
}

impl Uint256 {
    pub const MAX: Self = Self { limbs: [u64::MAX; 4] };

    pub const fn new(value: u64) -> Self {
        Self { limbs: [value, 0, 0, 0] }
    }

    pub fn from_be(word: &Word) -> Self {
        let mut limbs = [0; 4];
        for (limb, bytes) in limbs.iter_mut().rev().zip(word.as_chunks().0) {
            *limb = u64::from_be_bytes(*bytes);
        }
        Self { limbs }
    }

    pub fn to_be(self) -> Word {
        let mut word = [0; 32];
        for (bytes, limb) in word.as_chunks_mut().0.iter_mut().zip(self.limbs.into_iter().rev()) {
            *bytes = limb.to_be_bytes();
        }
        word
    }

    pub fn as_u64(self) -> Option<u64> {
        let [low, rest @ ..] = self.limbs;
        (rest == [0; 3]).then_some(low)
    }

    /// The sum modulo 2^256, and whether the true one is another.
    pub fn overflowing_add(self, other: Self) -> (Self, bool) {
        let mut limbs = [0; 4];
        let mut carry = false;
        for (limb, (a, b)) in limbs.iter_mut().zip(self.limbs.into_iter().zip(other.limbs)) {
            (*limb, carry) = a.carrying_add(b, carry);
        }
        (Self { limbs }, carry)
    }

    /// The difference modulo 2^256, and whether it is below zero.
    pub fn overflowing_sub(self, other: Self) -> (Self, bool) {
        let mut limbs = [0; 4];
        let mut borrow = false;
        for (limb, (a, b)) in limbs.iter_mut().zip(self.limbs.into_iter().zip(other.limbs)) {
            (*limb, borrow) = a.borrowing_sub(b, borrow);
        }
        (Self { limbs }, borrow)
    }

    /// As in an `unchecked` block.
    pub fn wrapping_add(self, other: Self) -> Self {
        self.overflowing_add(other).0
    }

    /// As in an `unchecked` block.
    pub fn wrapping_sub(self, other: Self) -> Self {
        self.overflowing_sub(other).0
    }

    /// As `+` in Solidity: panics where the sum does not fit.
    pub fn add(self, other: Self) -> Self {
        match self.overflowing_add(other) {
            (sum, false) => sum,
            _ => panic_with(PANIC_ARITHMETIC),
        }
    }
}

impl PartialOrd for Uint256 {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(if self == other {
            Ordering::Equal
        } else if self.overflowing_sub(*other).1 {
            Ordering::Less
        } else {
            Ordering::Greater
        })
    }
}

// Giving up

/// What Solidity does with calldata that does not decode: a revert without data.
pub fn revert() -> ! {
    unsafe { host::exit_early(1) }
}

/// Undoes the call, with these bytes as its output.
fn revert_with(data: &[u8]) -> ! {
    returns(data);
    revert()
}

// Codes of Panic(uint256), as in ../panic.hpp.
const PANIC_ARITHMETIC: u8 = 0x11;
const PANIC_OUT_OF_MEMORY: u8 = 0x41;

/// Panic(uint256): what Solidity reverts with when a check that it added fails.
#[cold]
fn panic_with(code: u8) -> ! {
    let mut data = [0; 36];
    data[..4].copy_from_slice(&selector("Panic(uint256)").to_be_bytes());
    data[35] = code;
    revert_with(&data)
}

/// A mistake of the contract's: a trap, without words.
#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    wasm32::unreachable()
}

// Memory

const ARENA_LIMIT_BYTES: usize = 16 << 20;

/// Zeroed bytes behind the data and the stack, never freed: every call finds the module as it was compiled. Panics with 0x41
/// when there is no more memory, as Solidity does.
fn allocate(size: usize) -> &'static mut [u8] {
    const PAGE_BYTES: usize = 65536;
    static mut USED: usize = 0;
    unsafe extern "C" {
        static mut __heap_base: u8;
    }
    unsafe {
        if size > ARENA_LIMIT_BYTES {
            panic_with(PANIC_OUT_OF_MEMORY);
        }
        let start = (&raw mut __heap_base).add(USED);
        USED += size.next_multiple_of(8);
        let pages = (start as usize + size).div_ceil(PAGE_BYTES);
        let present = wasm32::memory_size(0);
        if pages > present && wasm32::memory_grow(0, pages - present) == usize::MAX {
            panic_with(PANIC_OUT_OF_MEMORY);
        }
        slice::from_raw_parts_mut(start, size)
    }
}

// Calls

/// The first four bytes of a signature's hash, for the compiler to compute: keep it in a constant.
pub const fn selector(signature: &str) -> u32 {
    let hash = keccak::keccak256(signature.as_bytes());
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// An event's first topic, likewise.
pub const fn topic(signature: &str) -> Word {
    keccak::keccak256(signature.as_bytes())
}

pub fn msg_sender() -> Address {
    let mut word = [0; 32];
    unsafe { host::msg_sender(word[12..].as_mut_ptr()) };
    Address(word)
}

/// The input of a call. Refuses value: no contract here is payable.
pub fn read_input(size: usize) -> &'static [u8] {
    let mut value = [0; 32];
    unsafe { host::msg_value(value.as_mut_ptr()) };
    if value != [0; 32] {
        revert();
    }
    let input = allocate(size);
    unsafe { host::read_args(input.as_mut_ptr()) };
    input
}

/// The selector and the arguments of a call. Reverts if there is no selector.
pub fn read_call(size: usize) -> (u32, Arguments<'static>) {
    match read_input(size).split_first_chunk() {
        Some((selector, arguments)) => (u32::from_be_bytes(*selector), Arguments(arguments)),
        None => revert(),
    }
}

/// The encoded arguments of a call (https://docs.soliditylang.org/en/latest/abi-spec.html), each known by its place in the
/// list and checked when it is read, as strictly as solc does.
#[derive(Clone, Copy)]
pub struct Arguments<'a>(pub &'a [u8]);

impl<'a> Arguments<'a> {
    fn word_at(self, offset: usize) -> &'a Word {
        match self.0.get(offset..).and_then(|rest| rest.first_chunk()) {
            Some(word) => word,
            None => revert(),
        }
    }

    pub fn word(self, index: usize) -> &'a Word {
        self.word_at(32 * index)
    }

    pub fn address(self, index: usize) -> Address {
        let word = self.word(index);
        if word[..12] != [0; 12] {
            revert();
        }
        Address(*word)
    }

    pub fn uint256(self, index: usize) -> Uint256 {
        Uint256::from_be(self.word(index))
    }

    pub fn bytes(self, index: usize) -> &'a [u8] {
        let place = self.length(self.word(index));
        let count = self.length(self.word_at(place));
        match self.0[place + 32..].get(..count) {
            Some(bytes) => bytes,
            None => revert(),
        }
    }

    /// A place or a count. Those beyond the arguments are refused, so that they can be added.
    fn length(self, word: &Word) -> usize {
        match Uint256::from_be(word).as_u64() {
            Some(length) if length <= self.0.len() as u64 => length as usize,
            _ => revert(),
        }
    }
}

/// Sets what the call returns.
pub fn returns(data: &[u8]) {
    unsafe { host::write_result(data.as_ptr(), data.len()) };
}

pub fn returns_uint256(value: Uint256) {
    returns(&value.to_be());
}

/// A small number, or a truth value as 0 or 1.
pub fn returns_number(number: u64) {
    returns_uint256(Uint256::new(number));
}

pub fn returns_bytes(bytes: &[u8]) {
    let data = allocate(64 + bytes.len().next_multiple_of(32));
    data[31] = 32;
    data[32..64].copy_from_slice(&Uint256::new(bytes.len() as u64).to_be());
    data[64..64 + bytes.len()].copy_from_slice(bytes);
    returns(data);
}

/// Values behind each other: the data of an error, or an event's topics and data.
pub struct Encoding {
    buffer: [u8; 4 + 4 * 32],
    size: usize,
}

impl Encoding {
    pub fn new() -> Self {
        Self { buffer: [0; 4 + 4 * 32], size: 0 }
    }

    pub fn error(selector: u32) -> Self {
        Self::new().bytes(&selector.to_be_bytes())
    }

    pub fn event(topic: &Word) -> Self {
        Self::new().bytes(topic)
    }

    pub fn address(self, address: Address) -> Self {
        self.bytes(&address.0)
    }

    pub fn uint256(self, value: Uint256) -> Self {
        self.bytes(&value.to_be())
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.buffer[self.size..self.size + bytes.len()].copy_from_slice(bytes);
        self.size += bytes.len();
        self
    }

    pub fn revert(self) -> ! {
        revert_with(&self.buffer[..self.size])
    }

    pub fn emit(self, topics: usize) {
        unsafe { host::emit_log(self.buffer.as_ptr(), self.size, topics) };
    }
}

/// By the host.
pub fn native_keccak256(data: &[u8]) -> Word {
    let mut digest = [0; 32];
    unsafe { host::native_keccak256(data.as_ptr(), data.len(), digest.as_mut_ptr()) };
    digest
}

// Storage

/// A state variable at the slot that solc gives it: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
#[derive(Clone, Copy)]
pub struct Slot(Word);

impl Slot {
    pub const fn at(number: u8) -> Self {
        let mut key = [0; 32];
        key[31] = number;
        Self(key)
    }

    /// The entry of a mapping.
    pub fn entry(self, key: Address) -> Self {
        let mut preimage = [0; 64];
        preimage[..32].copy_from_slice(&key.0);
        preimage[32..].copy_from_slice(&self.0);
        Self(native_keccak256(&preimage))
    }

    fn load(self) -> Word {
        let mut value = [0; 32];
        unsafe { host::storage_load_bytes32(self.0.as_ptr(), value.as_mut_ptr()) };
        value
    }

    fn store(self, value: &Word) {
        unsafe { host::storage_cache_bytes32(self.0.as_ptr(), value.as_ptr()) };
    }

    pub fn uint256(self) -> Uint256 {
        Uint256::from_be(&self.load())
    }

    pub fn set(self, value: Uint256) {
        self.store(&value.to_be());
    }

    /// A string. Up to 31 bytes lie in the slot itself, with twice the length in its last byte; a longer one at
    /// keccak256(slot) and after, with twice the length plus one in the slot.
    pub fn string(self) -> &'static [u8] {
        let header = self.load();
        let size = usize::from(header[31]) / 2;
        if header[31] % 2 == 0 {
            let text = allocate(size);
            text.copy_from_slice(&header[..size]);
            return text;
        }
        let size = Uint256::from_be(&header).as_u64().unwrap_or(0) as usize / 2;
        let text = allocate(size);
        for (part, slot) in text.chunks_mut(32).zip(self.parts()) {
            part.copy_from_slice(&slot.load()[..part.len()]);
        }
        text
    }

    /// Only into an empty slot: what a longer string left behind is not cleared.
    pub fn initialize_string(self, text: &[u8]) {
        let mut word = [0; 32];
        if text.len() < 32 {
            word[..text.len()].copy_from_slice(text);
            word[31] = 2 * text.len() as u8;
            return self.store(&word);
        }
        self.set(Uint256::new(2 * text.len() as u64 + 1));
        for (part, slot) in text.chunks(32).zip(self.parts()) {
            let mut word = [0; 32];
            word[..part.len()].copy_from_slice(part);
            slot.store(&word);
        }
    }

    /// Where a long string lies.
    fn parts(self) -> impl Iterator<Item = Self> {
        let first = Uint256::from_be(&native_keccak256(&self.0));
        (0..).map(move |i| Self(first.wrapping_add(Uint256::new(i)).to_be()))
    }
}

/// Writes what was stored. A call that only reads does without.
pub fn flush_storage() {
    unsafe { host::storage_flush_cache(0) };
}
