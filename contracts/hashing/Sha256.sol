// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// SHA-256 (FIPS 180-4) in EVM arithmetic, without the precompile.
library Sha256 {
    function hash(bytes memory data) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            // Scratch beyond the free memory pointer: the 64 constants packed (256 bytes), the schedule at a word each,
            // the padded message. A constant or a message word is read together with the bytes before it: only the low
            // 32 bits of a sum count, so what is above them may stay until the sum is masked.
            let constants := add(mload(0x40), 0x20)
            let schedule := add(constants, 256)
            let message := add(schedule, 2048)
            mstore(constants, 0x428a2f9871374491b5c0fbcfe9b5dba53956c25b59f111f1923f82a4ab1c5ed5)
            mstore(add(constants, 32), 0xd807aa9812835b01243185be550c7dc372be5d7480deb1fe9bdc06a7c19bf174)
            mstore(add(constants, 64), 0xe49b69c1efbe47860fc19dc6240ca1cc2de92c6f4a7484aa5cb0a9dc76f988da)
            mstore(add(constants, 96), 0x983e5152a831c66db00327c8bf597fc7c6e00bf3d5a7914706ca635114292967)
            mstore(add(constants, 128), 0x27b70a852e1b21384d2c6dfc53380d13650a7354766a0abb81c2c92e92722c85)
            mstore(add(constants, 160), 0xa2bfe8a1a81a664bc24b8b70c76c51a3d192e819d6990624f40e3585106aa070)
            mstore(add(constants, 192), 0x19a4c1161e376c082748774c34b0bcb5391c0cb34ed8aa4a5b9cca4f682e6ff3)
            mstore(add(constants, 224), 0x748f82ee78a5636f84c878148cc7020890befffaa4506cebbef9a3f7c67178f2)

            let size := mload(data)
            let paddedSize := and(add(size, 72), not(63))
            mcopy(message, add(data, 32), size)
            calldatacopy(add(message, size), calldatasize(), sub(paddedSize, size))
            mstore8(add(message, size), 0x80)
            mstore(add(message, sub(paddedSize, 32)), or(mload(add(message, sub(paddedSize, 32))), shl(3, size)))

            // Each half of the state in one word, the first letter highest, so that one shift moves all letters on.
            let abcd := 0x6a09e667bb67ae853c6ef372a54ff53a
            let efgh := 0x510e527f9b05688c1f83d9ab5be0cd19
            for { let end := add(message, paddedSize) } lt(message, end) { message := add(message, 64) } {
                for { let i := 0 } lt(i, 16) { i := add(i, 1) } {
                    mstore(add(schedule, shl(5, i)), and(mload(add(sub(message, 28), shl(2, i))), 0xffffffff))
                }
                for { let w := add(schedule, 512) } lt(w, add(schedule, 2048)) { w := add(w, 32) } {
                    let x := mload(sub(w, 480))
                    let y := mload(sub(w, 64))
                    // A word written twice in a row turns into all its rotations by shifting.
                    let xx := mul(x, 0x100000001)
                    let yy := mul(y, 0x100000001)
                    let sum := add(mload(sub(w, 512)), mload(sub(w, 224)))
                    sum := add(sum, xor(xor(shr(7, xx), shr(18, xx)), shr(3, x)))
                    sum := add(sum, xor(xor(shr(17, yy), shr(19, yy)), shr(10, y)))
                    mstore(w, and(sum, 0xffffffff))
                }
                let before := or(shl(128, abcd), efgh)
                let k := sub(constants, 28)
                for { let w := schedule } lt(w, add(schedule, 2048)) { w := add(w, 32) } {
                    let mixed := add(efgh, add(mload(k), mload(w)))
                    {
                        let e := shr(96, efgh)
                        let ee := mul(e, 0x100000001)
                        let g := shr(32, efgh)
                        mixed := add(mixed, xor(xor(shr(6, ee), shr(11, ee)), shr(25, ee)))
                        mixed := add(mixed, xor(g, and(e, xor(shr(64, efgh), g))))
                    }
                    efgh := or(shr(32, efgh), shl(96, and(add(abcd, mixed), 0xffffffff)))
                    {
                        let a := shr(96, abcd)
                        let aa := mul(a, 0x100000001)
                        let b := shr(64, abcd)
                        mixed := add(mixed, xor(xor(shr(2, aa), shr(13, aa)), shr(22, aa)))
                        mixed := add(mixed, or(and(a, b), and(shr(32, abcd), or(a, b))))
                    }
                    abcd := or(shr(32, abcd), shl(96, and(mixed, 0xffffffff)))
                    k := add(k, 4)
                }
                // Adds eight pairs of 32-bit words at once: the even and the odd ones have room for their carries.
                let compressed := or(shl(128, abcd), efgh)
                let odd := 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff
                let low := and(add(and(compressed, odd), and(before, odd)), odd)
                let high := shl(32, and(add(and(shr(32, compressed), odd), and(shr(32, before), odd)), odd))
                digest := or(high, low)
                abcd := shr(128, digest)
                efgh := and(digest, 0xffffffffffffffffffffffffffffffff)
            }
        }
    }
}
