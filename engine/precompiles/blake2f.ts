/** Offsets of EIP-152's input: rounds (big-endian), state, message, counter (little-endian), whether it is the last block. */
const layout = { rounds: 0, state: 4, message: 68, counter: 196, isLast: 212, sizeBytes: 213 } as const;

/** Order of the message's words in each of ten rounds. RFC 7693, section 2.7. */
const ORDER: Uint8Array = Uint8Array.from(
  [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
  ].flat(),
);
const STEPS_PER_ROUND = 8;
const WORDS = 16;

/** The four words that a step mixes: columns, then diagonals. */
const MIXED: Uint8Array = Uint8Array.from(
  [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
  ].flat(),
);

/** Fractional parts of the square roots of the first eight primes, low halves first, as words of 32 bits. */
const START: readonly number[] = [
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a, 0xade682d1,
  0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
];

const TWO_TO_32 = 2 ** 32;

const isWellFormed = (input: Uint8Array): boolean =>
  input.length === layout.sizeBytes && (input[layout.isLast] as number) <= 1;

const viewOf = (input: Uint8Array): DataView => new DataView(input.buffer, input.byteOffset, input.length);

/** One for each round. */
export function blake2fGas(input: Uint8Array): bigint {
  return isWellFormed(input) ? BigInt(viewOf(input).getUint32(layout.rounds)) : 0n;
}

const carry = (low: number): number => Math.floor(low / TWO_TO_32);

/** One step of a round, on words of 64 bits whose low halves are at even places; `x` and `y` are places in the message. */
function mix(v: Uint32Array, step: number, m: Uint32Array, x: number, y: number): void {
  const a = 2 * (MIXED[4 * step] as number);
  const b = 2 * (MIXED[4 * step + 1] as number);
  const c = 2 * (MIXED[4 * step + 2] as number);
  const d = 2 * (MIXED[4 * step + 3] as number);
  let [aLow, aHigh] = [v[a] as number, v[a + 1] as number];
  let [bLow, bHigh] = [v[b] as number, v[b + 1] as number];
  let [cLow, cHigh] = [v[c] as number, v[c + 1] as number];
  let [dLow, dHigh] = [v[d] as number, v[d + 1] as number];
  // a += b + x; d = (d ^ a) turned right by 32 bits, which is its halves changing places
  let low = aLow + bLow + (m[x] as number);
  aHigh = (aHigh + bHigh + (m[x + 1] as number) + carry(low)) >>> 0;
  aLow = low >>> 0;
  [dLow, dHigh] = [(dHigh ^ aHigh) >>> 0, (dLow ^ aLow) >>> 0];
  // c += d; b = (b ^ c) turned by 24
  low = cLow + dLow;
  cHigh = (cHigh + dHigh + carry(low)) >>> 0;
  cLow = low >>> 0;
  let [first, second] = [bLow ^ cLow, bHigh ^ cHigh];
  bLow = ((first >>> 24) | (second << 8)) >>> 0;
  bHigh = ((second >>> 24) | (first << 8)) >>> 0;
  // a += b + y; d = (d ^ a) turned by 16
  low = aLow + bLow + (m[y] as number);
  aHigh = (aHigh + bHigh + (m[y + 1] as number) + carry(low)) >>> 0;
  aLow = low >>> 0;
  [first, second] = [dLow ^ aLow, dHigh ^ aHigh];
  dLow = ((first >>> 16) | (second << 16)) >>> 0;
  dHigh = ((second >>> 16) | (first << 16)) >>> 0;
  // c += d; b = (b ^ c) turned by 63, which is left by one
  low = cLow + dLow;
  cHigh = (cHigh + dHigh + carry(low)) >>> 0;
  cLow = low >>> 0;
  [first, second] = [bLow ^ cLow, bHigh ^ cHigh];
  bLow = ((first << 1) | (second >>> 31)) >>> 0;
  bHigh = ((second << 1) | (first >>> 31)) >>> 0;
  v[a] = aLow;
  v[a + 1] = aHigh;
  v[b] = bLow;
  v[b + 1] = bHigh;
  v[c] = cLow;
  v[c + 1] = cHigh;
  v[d] = dLow;
  v[d + 1] = dHigh;
}

/** The compression function of BLAKE2b. RFC 7693, section 3.2; EIP-152. */
export function blake2f(input: Uint8Array): Uint8Array | undefined {
  if (!isWellFormed(input)) return undefined;
  const view = viewOf(input);
  const word = (at: number, index: number): number => view.getUint32(at + 4 * index, true);
  const state = new Uint32Array(16);
  for (let index = 0; index < 16; index++) state[index] = word(layout.state, index);
  const message = new Uint32Array(32);
  for (let index = 0; index < 32; index++) message[index] = word(layout.message, index);
  const v = new Uint32Array(32);
  v.set(state);
  v.set(START, 16);
  for (let index = 0; index < 4; index++) v[24 + index] = (v[24 + index] as number) ^ word(layout.counter, index);
  if (input[layout.isLast] === 1) {
    v[28] = ~(v[28] as number);
    v[29] = ~(v[29] as number);
  }
  const rounds = view.getUint32(layout.rounds);
  for (let round = 0; round < rounds; round++) {
    const order = WORDS * (round % 10);
    for (let step = 0; step < STEPS_PER_ROUND; step++) {
      const at = order + 2 * step;
      mix(v, step, message, 2 * (ORDER[at] as number), 2 * (ORDER[at + 1] as number));
    }
  }
  const result = new Uint8Array(64);
  const out = new DataView(result.buffer);
  for (let index = 0; index < 16; index++) {
    out.setUint32(4 * index, (state[index] as number) ^ (v[index] as number) ^ (v[16 + index] as number), true);
  }
  return result;
}
