//! Keccak-256 as Ethereum uses it: Keccak[512] of FIPS 202 with the padding of the original submission, 0x01 and not 0x06.
//! It runs in the compiler too, which makes selectors and topics with it; hence the plain loops.

/// FIPS 202, algorithm 5; lane 0 of each round.
const ROUND_CONSTANTS: [u64; 24] = [
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
];

/// FIPS 202, table 2, by lane x + 5y.
const ROTATIONS: [u32; 25] = [
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
];

const RATE_LANES: usize = 17;

/// Lane x + 5y is `[y][x]`.
type State = [[u64; 5]; 5];

/// One row of the next state. `Y` is known to the compiler, which so has constants for all places and distances.
#[inline(always)]
const fn row<const Y: usize>(state: &State, effect: &[u64; 5]) -> [u64; 5] {
    let mut b = [0; 5];
    let mut y = 0;
    while y < 5 {
        let x = (y + 3 * Y) % 5;
        b[y] = (state[y][x] ^ effect[x]).rotate_left(ROTATIONS[x + 5 * y]);
        y += 1;
    }
    [b[0] ^ (!b[1] & b[2]), b[1] ^ (!b[2] & b[3]), b[2] ^ (!b[3] & b[4]), b[3] ^ (!b[4] & b[0]), b[4] ^ (!b[0] & b[1])]
}

const fn permute(mut state: State) -> State {
    let mut round = 0;
    while round < 24 {
        let mut parity = [0; 5];
        let mut x = 0;
        while x < 5 {
            parity[x] = state[0][x] ^ state[1][x] ^ state[2][x] ^ state[3][x] ^ state[4][x];
            x += 1;
        }
        let mut effect = [0; 5];
        let mut x = 0;
        while x < 5 {
            effect[x] = parity[(x + 4) % 5] ^ parity[(x + 1) % 5].rotate_left(1);
            x += 1;
        }
        state = [
            row::<0>(&state, &effect),
            row::<1>(&state, &effect),
            row::<2>(&state, &effect),
            row::<3>(&state, &effect),
            row::<4>(&state, &effect),
        ];
        state[0][0] ^= ROUND_CONSTANTS[round];
        round += 1;
    }
    state
}

const fn mix_in(state: &mut State, lane: usize, value: u64) {
    state[lane / 5][lane % 5] ^= value;
}

pub const fn keccak256(data: &[u8]) -> [u8; 32] {
    let mut state = [[0; 5]; 5];
    let mut rest = data;
    let mut lane = 0;
    while let Some((bytes, others)) = rest.split_first_chunk() {
        mix_in(&mut state, lane, u64::from_le_bytes(*bytes));
        rest = others;
        lane += 1;
        if lane == RATE_LANES {
            state = permute(state);
            lane = 0;
        }
    }
    let mut last = 0x01;
    while let Some((byte, others)) = rest.split_last() {
        last = last << 8 | *byte as u64;
        rest = others;
    }
    mix_in(&mut state, lane, last);
    mix_in(&mut state, RATE_LANES - 1, 1 << 63);
    state = permute(state);
    let mut digest = [0; 32];
    let mut i = 0;
    while i < 32 {
        digest[i] = (state[0][i / 8] >> (8 * (i % 8))) as u8;
        i += 1;
    }
    digest
}
