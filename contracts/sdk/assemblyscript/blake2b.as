// BLAKE2b (RFC 7693) without a key and with a digest of 32 bytes.

/** Section 2.6. */
const START = memory.data<u64>([
  0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
  0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
]);

/** Section 2.7, for 12 rounds: where in the block the word lies that is mixed in. */
const ORDER = memory.data<u8>([
  0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120,
  112, 80, 32, 64, 72, 120, 104, 48, 8, 96, 0, 16, 88, 56, 40, 24,
  88, 64, 96, 0, 40, 16, 120, 104, 80, 112, 24, 48, 56, 8, 72, 32,
  56, 72, 24, 8, 104, 96, 88, 112, 16, 48, 40, 80, 32, 0, 120, 64,
  72, 0, 40, 56, 16, 32, 80, 120, 112, 8, 88, 96, 48, 64, 24, 104,
  16, 96, 48, 80, 0, 88, 64, 24, 32, 104, 56, 40, 120, 112, 8, 72,
  96, 40, 8, 120, 112, 104, 32, 80, 0, 56, 48, 24, 72, 16, 64, 88,
  104, 88, 56, 112, 96, 8, 24, 72, 40, 0, 120, 32, 64, 48, 16, 80,
  48, 120, 112, 72, 88, 24, 0, 64, 96, 16, 104, 56, 8, 32, 80, 40,
  80, 16, 64, 32, 56, 48, 8, 40, 120, 88, 72, 112, 24, 96, 104, 0,
  0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120,
  112, 80, 32, 64, 72, 120, 104, 48, 8, 96, 0, 16, 88, 56, 40, 24,
]);

const BLOCK_BYTES: usize = 128;
const state = memory.data(64);
const lastBlock = memory.data(128);
const v = memory.data(128);

/** Section 3.1, on the words of `v` with these numbers. */
@inline
function mix(a: usize, b: usize, c: usize, d: usize, x: u64, y: u64): void {
  let wordA = load<u64>(v + 8 * a) + load<u64>(v + 8 * b) + x;
  let wordD = rotr(load<u64>(v + 8 * d) ^ wordA, 32);
  let wordC = load<u64>(v + 8 * c) + wordD;
  let wordB = rotr(load<u64>(v + 8 * b) ^ wordC, 24);
  wordA += wordB + y;
  wordD = rotr(wordD ^ wordA, 16);
  wordC += wordD;
  wordB = rotr(wordB ^ wordC, 63);
  store<u64>(v + 8 * a, wordA);
  store<u64>(v + 8 * b, wordB);
  store<u64>(v + 8 * c, wordC);
  store<u64>(v + 8 * d, wordD);
}

@inline
function word(block: usize, order: usize, at: usize): u64 {
  return load<u64>(block + load<u8>(order + at));
}

/** Section 3.2. */
function compress(block: usize, bytesSoFar: u64, isLast: bool): void {
  memory.copy(v, state, 64);
  memory.copy(v + 64, START, 64);
  store<u64>(v, load<u64>(v, 96) ^ bytesSoFar, 96);
  if (isLast) store<u64>(v, ~load<u64>(v, 112), 112);
  for (let order = ORDER; order < ORDER + 12 * 16; order += 16) {
    mix(0, 4, 8, 12, word(block, order, 0), word(block, order, 1));
    mix(1, 5, 9, 13, word(block, order, 2), word(block, order, 3));
    mix(2, 6, 10, 14, word(block, order, 4), word(block, order, 5));
    mix(3, 7, 11, 15, word(block, order, 6), word(block, order, 7));
    mix(0, 5, 10, 15, word(block, order, 8), word(block, order, 9));
    mix(1, 6, 11, 12, word(block, order, 10), word(block, order, 11));
    mix(2, 7, 8, 13, word(block, order, 12), word(block, order, 13));
    mix(3, 4, 9, 14, word(block, order, 14), word(block, order, 15));
  }
  for (let at: usize = 0; at < 64; at += 8) {
    store<u64>(state + at, load<u64>(state + at) ^ load<u64>(v + at) ^ load<u64>(v + at, 64));
  }
}

/** `digest` is 32 bytes and may overlap the data. */
export function blake2b256(data: usize, size: usize, digest: usize): void {
  memory.copy(state, START, 64);
  store<u64>(state, load<u64>(state) ^ 0x01010020);
  let done: usize = 0;
  // The last block is never empty, unless there is no data.
  for (; size - done > BLOCK_BYTES; done += BLOCK_BYTES) compress(data + done, done + BLOCK_BYTES, false);
  memory.fill(lastBlock, 0, BLOCK_BYTES);
  memory.copy(lastBlock, data + done, size - done);
  compress(lastBlock, size, true);
  memory.copy(digest, state, 32);
}
