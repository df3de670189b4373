//! BLAKE2b (RFC 7693) without a key and with a digest of 32 bytes.

/// Section 2.6.
const START: [u64; 8] = [
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
];

/// Section 2.7: which word of the block is mixed in when. Rounds 10 and 11 are as 0 and 1.
const ORDER: [[usize; 16]; 12] = [
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
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
];

const BLOCK_BYTES: usize = 128;

/// Section 3.1, on four words of the work vector.
#[inline(always)]
fn mix(v: &mut [u64; 16], [a, b, c, d]: [usize; 4], x: u64, y: u64) {
    v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
    v[d] = (v[d] ^ v[a]).rotate_right(32);
    v[c] = v[c].wrapping_add(v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(24);
    v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
    v[d] = (v[d] ^ v[a]).rotate_right(16);
    v[c] = v[c].wrapping_add(v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(63);
}

/// Section 3.2.
fn compress(state: &mut [u64; 8], block: &[u8; BLOCK_BYTES], bytes_so_far: u64, is_last: bool) {
    let mut words = [0; 16];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    let mut v = [0; 16];
    v[..8].copy_from_slice(state);
    v[8..].copy_from_slice(&START);
    v[12] ^= bytes_so_far;
    if is_last {
        v[14] = !v[14];
    }
    for order in &ORDER {
        for i in 0..4 {
            mix(&mut v, [i, i + 4, i + 8, i + 12], words[order[2 * i]], words[order[2 * i + 1]]);
        }
        for i in 0..4 {
            let diagonal = [i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12];
            mix(&mut v, diagonal, words[order[2 * i + 8]], words[order[2 * i + 9]]);
        }
    }
    for i in 0..8 {
        state[i] ^= v[i] ^ v[i + 8];
    }
}

pub fn blake2b_256(data: &[u8]) -> [u8; 32] {
    let mut state = START;
    state[0] ^= 0x01010020;
    // The last block is never empty, unless there is no data.
    let before_last = data.len().saturating_sub(1) / BLOCK_BYTES * BLOCK_BYTES;
    let (before, last) = data.split_at(before_last);
    for (i, block) in before.as_chunks().0.iter().enumerate() {
        compress(&mut state, block, ((i + 1) * BLOCK_BYTES) as u64, false);
    }
    let mut block = [0; BLOCK_BYTES];
    block[..last.len()].copy_from_slice(last);
    compress(&mut state, &block, data.len() as u64, true);
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_exact_mut(8).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    digest
}
