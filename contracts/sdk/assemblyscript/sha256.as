// SHA-256 (FIPS 180-4).

/** Section 4.2.2. */
const CONSTANTS = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

const state = memory.data(32);
const schedule = memory.data(256);
const lastBlocks = memory.data(128);

@inline
function word(at: usize): u32 {
  return load<u32>(schedule + 4 * at);
}

/** The compression function of section 6.2.2 on a block of 64 bytes. */
function compress(block: usize): void {
  for (let i: usize = 0; i < 16; i++) store<u32>(schedule + 4 * i, bswap(load<u32>(block + 4 * i)));
  for (let i: usize = 16; i < 64; i++) {
    const x = word(i - 15);
    const y = word(i - 2);
    const mixedX = rotr(x, 7) ^ rotr(x, 18) ^ (x >> 3);
    const mixedY = rotr(y, 17) ^ rotr(y, 19) ^ (y >> 10);
    store<u32>(schedule + 4 * i, word(i - 16) + mixedX + word(i - 7) + mixedY);
  }
  let a = load<u32>(state, 0);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  let f = load<u32>(state, 20);
  let g = load<u32>(state, 24);
  let h = load<u32>(state, 28);
  for (let i: usize = 0; i < 64; i++) {
    const choice = g ^ (e & (f ^ g));
    const majority = (a & b) | (c & (a | b));
    const mixed = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + choice + load<u32>(CONSTANTS + 4 * i) + word(i);
    h = g;
    g = f;
    f = e;
    e = d + mixed;
    d = c;
    c = b;
    b = a;
    a = mixed + (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + majority;
  }
  add(0, a);
  add(4, b);
  add(8, c);
  add(12, d);
  add(16, e);
  add(20, f);
  add(24, g);
  add(28, h);
}

@inline
function add(offset: usize, value: u32): void {
  store<u32>(state + offset, load<u32>(state + offset) + value);
}

/** `digest` is 32 bytes and may overlap the data. */
export function sha256(data: usize, size: usize, digest: usize): void {
  store<u32>(state, 0x6a09e667, 0);
  store<u32>(state, 0xbb67ae85, 4);
  store<u32>(state, 0x3c6ef372, 8);
  store<u32>(state, 0xa54ff53a, 12);
  store<u32>(state, 0x510e527f, 16);
  store<u32>(state, 0x9b05688c, 20);
  store<u32>(state, 0x1f83d9ab, 24);
  store<u32>(state, 0x5be0cd19, 28);
  let rest = size;
  for (; rest >= 64; rest -= 64, data += 64) compress(data);
  memory.fill(lastBlocks, 0, 128);
  memory.copy(lastBlocks, data, rest);
  store<u8>(lastBlocks + rest, 0x80);
  const end: usize = rest < 56 ? 64 : 128;
  store<u64>(lastBlocks + end - 8, bswap<u64>(8 * <u64>size));
  for (let at: usize = 0; at < end; at += 64) compress(lastBlocks + at);
  for (let at: usize = 0; at < 32; at += 4) store<u32>(digest + at, bswap(load<u32>(state + at)));
}
