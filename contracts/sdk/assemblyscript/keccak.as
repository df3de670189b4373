// Keccak-256 as Ethereum uses it: Keccak[512] of FIPS 202 with the padding of the original submission, 0x01 and not 0x06.

/** FIPS 202, algorithm 5; lane 0 of each round. */
const ROUND_CONSTANTS = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
  0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
  0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
  0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);

const RATE_BYTES: usize = 136;
const state = memory.data(200);
const other = memory.data(200);
const lastBlock = memory.data(136);

@inline
function parity(from: usize): u64 {
  return load<u64>(from) ^ load<u64>(from, 40) ^ load<u64>(from, 80) ^ load<u64>(from, 120) ^ load<u64>(from, 160);
}

@inline
function row(to: usize, b0: u64, b1: u64, b2: u64, b3: u64, b4: u64): void {
  store<u64>(to, b0 ^ (~b1 & b2));
  store<u64>(to, b1 ^ (~b2 & b3), 8);
  store<u64>(to, b2 ^ (~b3 & b4), 16);
  store<u64>(to, b3 ^ (~b4 & b0), 24);
  store<u64>(to, b4 ^ (~b0 & b1), 32);
}

/** One round from one copy of the state to the other. Lane x + 5y lies at 8 (x + 5y). */
function round(from: usize, to: usize, constant: u64): void {
  const c0 = parity(from);
  const c1 = parity(from + 8);
  const c2 = parity(from + 16);
  const c3 = parity(from + 24);
  const c4 = parity(from + 32);
  const d0 = c4 ^ rotl(c1, 1);
  const d1 = c0 ^ rotl(c2, 1);
  const d2 = c1 ^ rotl(c3, 1);
  const d3 = c2 ^ rotl(c4, 1);
  const d4 = c3 ^ rotl(c0, 1);
  row(
    to,
    load<u64>(from, 0) ^ d0,
    rotl(load<u64>(from, 48) ^ d1, 44),
    rotl(load<u64>(from, 96) ^ d2, 43),
    rotl(load<u64>(from, 144) ^ d3, 21),
    rotl(load<u64>(from, 192) ^ d4, 14),
  );
  row(
    to + 40,
    rotl(load<u64>(from, 24) ^ d3, 28),
    rotl(load<u64>(from, 72) ^ d4, 20),
    rotl(load<u64>(from, 80) ^ d0, 3),
    rotl(load<u64>(from, 128) ^ d1, 45),
    rotl(load<u64>(from, 176) ^ d2, 61),
  );
  row(
    to + 80,
    rotl(load<u64>(from, 8) ^ d1, 1),
    rotl(load<u64>(from, 56) ^ d2, 6),
    rotl(load<u64>(from, 104) ^ d3, 25),
    rotl(load<u64>(from, 152) ^ d4, 8),
    rotl(load<u64>(from, 160) ^ d0, 18),
  );
  row(
    to + 120,
    rotl(load<u64>(from, 32) ^ d4, 27),
    rotl(load<u64>(from, 40) ^ d0, 36),
    rotl(load<u64>(from, 88) ^ d1, 10),
    rotl(load<u64>(from, 136) ^ d2, 15),
    rotl(load<u64>(from, 184) ^ d3, 56),
  );
  row(
    to + 160,
    rotl(load<u64>(from, 16) ^ d2, 62),
    rotl(load<u64>(from, 64) ^ d3, 55),
    rotl(load<u64>(from, 112) ^ d4, 39),
    rotl(load<u64>(from, 120) ^ d0, 41),
    rotl(load<u64>(from, 168) ^ d1, 2),
  );
  store<u64>(to, load<u64>(to) ^ constant);
}

function absorb(block: usize): void {
  for (let at: usize = 0; at < RATE_BYTES; at += 8) store<u64>(state + at, load<u64>(state + at) ^ load<u64>(block + at));
  for (let at: usize = 0; at < 24 * 8; at += 16) {
    round(state, other, load<u64>(ROUND_CONSTANTS + at));
    round(other, state, load<u64>(ROUND_CONSTANTS + at, 8));
  }
}

/** `digest` is 32 bytes and may overlap the data. */
export function keccak256(data: usize, size: usize, digest: usize): void {
  memory.fill(state, 0, 200);
  for (; size >= RATE_BYTES; size -= RATE_BYTES, data += RATE_BYTES) absorb(data);
  memory.fill(lastBlock, 0, RATE_BYTES);
  memory.copy(lastBlock, data, size);
  store<u8>(lastBlock + size, 0x01);
  store<u8>(lastBlock, load<u8>(lastBlock, RATE_BYTES - 1) | 0x80, RATE_BYTES - 1);
  absorb(lastBlock);
  memory.copy(digest, state, 32);
}
