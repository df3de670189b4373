// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// BLAKE2b (RFC 7693) without a key and with a digest of 32 bytes, in EVM arithmetic, without the precompile.
library Blake2b {
    function hash(bytes memory data) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            /// Reverses the bytes of each of the four words in a word: BLAKE2b's are little-endian.
            function swapWords(word) -> swapped {
                let odd := 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff
                swapped := or(shl(8, and(word, odd)), and(shr(8, word), odd))
                odd := 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff
                swapped := or(shl(16, and(swapped, odd)), and(shr(16, swapped), odd))
                odd := 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff
                swapped := or(shl(32, and(swapped, odd)), and(shr(32, swapped), odd))
            }

            function rotate(word, bits) -> rotated {
                word := and(word, 0xffffffffffffffff)
                rotated := or(shr(bits, word), shl(sub(64, bits), word))
            }

            /// Section 3.1. Of all words only the low 64 bits count; what is above them is cleared before it could come down.
            function mix(a, b, c, d, x, y) {
                let wa := add(add(mload(a), mload(b)), x)
                let wd := rotate(xor(mload(d), wa), 32)
                let wc := add(mload(c), wd)
                let wb := rotate(xor(mload(b), wc), 24)
                wa := add(add(wa, wb), y)
                wd := rotate(xor(wd, wa), 16)
                wc := add(wc, wd)
                mstore(a, wa)
                mstore(b, rotate(xor(wb, wc), 63))
                mstore(c, wc)
                mstore(d, wd)
            }

            /// The initialisation vector of section 2.6 as eight words of memory.
            function start(words) {
                mstore(words, 0x6a09e667f3bcc908)
                mstore(add(words, 32), 0xbb67ae8584caa73b)
                mstore(add(words, 64), 0x3c6ef372fe94f82b)
                mstore(add(words, 96), 0xa54ff53a5f1d36f1)
                mstore(add(words, 128), 0x510e527fade682d1)
                mstore(add(words, 160), 0x9b05688c2b3e6c1f)
                mstore(add(words, 192), 0x1f83d9abfb41bd6b)
                mstore(add(words, 224), 0x5be0cd19137e2179)
            }

            /// 12 rounds. A word of the block is read together with the bytes before it; a byte of `order` says where.
            function rounds(v, block, order) {
                block := sub(block, 24)
                for { let end := add(order, 192) } lt(order, end) { order := add(order, 16) } {
                    let at := mload(order)
                    mix(v, add(v, 128), add(v, 256), add(v, 384), mload(add(block, byte(0, at))), mload(add(block, byte(1, at))))
                    mix(add(v, 32), add(v, 160), add(v, 288), add(v, 416), mload(add(block, byte(2, at))), mload(add(block, byte(3, at))))
                    mix(add(v, 64), add(v, 192), add(v, 320), add(v, 448), mload(add(block, byte(4, at))), mload(add(block, byte(5, at))))
                    mix(add(v, 96), add(v, 224), add(v, 352), add(v, 480), mload(add(block, byte(6, at))), mload(add(block, byte(7, at))))
                    mix(v, add(v, 160), add(v, 320), add(v, 480), mload(add(block, byte(8, at))), mload(add(block, byte(9, at))))
                    mix(add(v, 32), add(v, 192), add(v, 352), add(v, 384), mload(add(block, byte(10, at))), mload(add(block, byte(11, at))))
                    mix(add(v, 64), add(v, 224), add(v, 256), add(v, 416), mload(add(block, byte(12, at))), mload(add(block, byte(13, at))))
                    mix(add(v, 96), add(v, 128), add(v, 288), add(v, 448), mload(add(block, byte(14, at))), mload(add(block, byte(15, at))))
                }
            }

            // Scratch beyond the free memory pointer: the order of section 2.7, 16 bytes to a round, each eight times the
            // number of a word; the state and the work vector at a word each; the padded data.
            let order := mload(0x40)
            mstore(order, 0x0008101820283038404850586068707870502040487868300860001058382818)
            mstore(add(order, 32), 0x5840600028107868507018303808482038481808686058701030285020007840)
            mstore(add(order, 64), 0x4800283810205078700858603040186810603050005840182068382878700848)
            mstore(add(order, 96), 0x6028087870682050003830184810405868583870600818482800782040301050)
            mstore(add(order, 128), 0x3078704858180040601068380820502850104020383008287858487018606800)
            mstore(add(order, 160), 0x0008101820283038404850586068707870502040487868300860001058382818)
            let state := add(order, 192)
            let v := add(state, 256)
            let message := add(v, 512)
            start(state)
            mstore(state, xor(mload(state), 0x01010020))

            let size := mload(data)
            mcopy(message, add(data, 32), size)
            calldatacopy(add(message, size), calldatasize(), 128)
            // The last block is never empty, unless there is no data.
            for { let done := 0 } 1 {} {
                for { let i := 0 } lt(i, 128) { i := add(i, 32) } {
                    mstore(add(message, i), swapWords(mload(add(message, i))))
                }
                mcopy(v, state, 256)
                start(add(v, 256))
                done := add(done, 128)
                let isLast := iszero(lt(done, size))
                if isLast {
                    done := size
                    mstore(add(v, 448), not(mload(add(v, 448))))
                }
                mstore(add(v, 384), xor(mload(add(v, 384)), done))
                rounds(v, message, order)
                for { let i := 0 } lt(i, 256) { i := add(i, 32) } {
                    let word := add(v, i)
                    mstore(add(state, i), xor(mload(add(state, i)), xor(mload(word), mload(add(word, 256)))))
                }
                if isLast { break }
                message := add(message, 128)
            }
            let low := 0xffffffffffffffff
            let first := or(shl(192, mload(state)), shl(128, and(mload(add(state, 32)), low)))
            digest := swapWords(or(first, or(shl(64, and(mload(add(state, 64)), low)), and(mload(add(state, 96)), low))))
        }
    }
}
