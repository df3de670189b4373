// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Keccak-256 in EVM arithmetic, without the opcode.
library Keccak256 {
    function hash(bytes memory data) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            /// Reverses the bytes of each of the four lanes in a word: lanes are little-endian.
            function swapLanes(word) -> swapped {
                let odd := 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff
                swapped := or(shl(8, and(word, odd)), and(shr(8, word), odd))
                odd := 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff
                swapped := or(shl(16, and(swapped, odd)), and(shr(16, swapped), odd))
                odd := 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff
                swapped := or(shl(32, and(swapped, odd)), and(shr(32, swapped), odd))
            }

            function absorb(lane, value) {
                mstore(lane, xor(mload(lane), and(value, 0xffffffffffffffff)))
            }

            /// What is above bit 63 of the result is not part of it.
            function rotate(lane, bits) -> rotated {
                rotated := or(shl(bits, lane), shr(sub(64, bits), lane))
            }

            /// 24 rounds. Lane x + 5y is the word at 32 (x + 5y); each round reads one copy of the state and writes the other.
            function permute(state, constants) {
                let from := state
                let to := add(state, 800)
                for { let end := add(constants, 192) } lt(constants, end) { constants := add(constants, 8) } {
                    let d0 := xor(mload(from), xor(mload(add(from, 160)), xor(mload(add(from, 320)), xor(mload(add(from, 480)), mload(add(from, 640))))))
                    let d1 := xor(mload(add(from, 32)), xor(mload(add(from, 192)), xor(mload(add(from, 352)), xor(mload(add(from, 512)), mload(add(from, 672))))))
                    let d2 := xor(mload(add(from, 64)), xor(mload(add(from, 224)), xor(mload(add(from, 384)), xor(mload(add(from, 544)), mload(add(from, 704))))))
                    let d3 := xor(mload(add(from, 96)), xor(mload(add(from, 256)), xor(mload(add(from, 416)), xor(mload(add(from, 576)), mload(add(from, 736))))))
                    let d4 := xor(mload(add(from, 128)), xor(mload(add(from, 288)), xor(mload(add(from, 448)), xor(mload(add(from, 608)), mload(add(from, 768))))))
                    {
                        let c0 := d0
                        let c1 := d1
                        let c4 := d4
                        let c2 := d2
                        d0 := and(xor(c4, rotate(c1, 1)), 0xffffffffffffffff)
                        d1 := and(xor(c0, rotate(c2, 1)), 0xffffffffffffffff)
                        d4 := and(xor(d3, rotate(c0, 1)), 0xffffffffffffffff)
                        d2 := and(xor(c1, rotate(d3, 1)), 0xffffffffffffffff)
                        d3 := and(xor(c2, rotate(c4, 1)), 0xffffffffffffffff)
                    }
                    {
                        let b0 := xor(mload(from), d0)
                        let b1 := rotate(xor(mload(add(from, 192)), d1), 44)
                        let b2 := rotate(xor(mload(add(from, 384)), d2), 43)
                        let b3 := rotate(xor(mload(add(from, 576)), d3), 21)
                        let b4 := rotate(xor(mload(add(from, 768)), d4), 14)
                        mstore(to, and(xor(xor(b0, and(not(b1), b2)), mload(constants)), 0xffffffffffffffff))
                        mstore(add(to, 32), and(xor(b1, and(not(b2), b3)), 0xffffffffffffffff))
                        mstore(add(to, 64), and(xor(b2, and(not(b3), b4)), 0xffffffffffffffff))
                        mstore(add(to, 96), and(xor(b3, and(not(b4), b0)), 0xffffffffffffffff))
                        mstore(add(to, 128), and(xor(b4, and(not(b0), b1)), 0xffffffffffffffff))
                    }
                    {
                        let b0 := rotate(xor(mload(add(from, 96)), d3), 28)
                        let b1 := rotate(xor(mload(add(from, 288)), d4), 20)
                        let b2 := rotate(xor(mload(add(from, 320)), d0), 3)
                        let b3 := rotate(xor(mload(add(from, 512)), d1), 45)
                        let b4 := rotate(xor(mload(add(from, 704)), d2), 61)
                        mstore(add(to, 160), and(xor(b0, and(not(b1), b2)), 0xffffffffffffffff))
                        mstore(add(to, 192), and(xor(b1, and(not(b2), b3)), 0xffffffffffffffff))
                        mstore(add(to, 224), and(xor(b2, and(not(b3), b4)), 0xffffffffffffffff))
                        mstore(add(to, 256), and(xor(b3, and(not(b4), b0)), 0xffffffffffffffff))
                        mstore(add(to, 288), and(xor(b4, and(not(b0), b1)), 0xffffffffffffffff))
                    }
                    {
                        let b0 := rotate(xor(mload(add(from, 32)), d1), 1)
                        let b1 := rotate(xor(mload(add(from, 224)), d2), 6)
                        let b2 := rotate(xor(mload(add(from, 416)), d3), 25)
                        let b3 := rotate(xor(mload(add(from, 608)), d4), 8)
                        let b4 := rotate(xor(mload(add(from, 640)), d0), 18)
                        mstore(add(to, 320), and(xor(b0, and(not(b1), b2)), 0xffffffffffffffff))
                        mstore(add(to, 352), and(xor(b1, and(not(b2), b3)), 0xffffffffffffffff))
                        mstore(add(to, 384), and(xor(b2, and(not(b3), b4)), 0xffffffffffffffff))
                        mstore(add(to, 416), and(xor(b3, and(not(b4), b0)), 0xffffffffffffffff))
                        mstore(add(to, 448), and(xor(b4, and(not(b0), b1)), 0xffffffffffffffff))
                    }
                    {
                        let b0 := rotate(xor(mload(add(from, 128)), d4), 27)
                        let b1 := rotate(xor(mload(add(from, 160)), d0), 36)
                        let b2 := rotate(xor(mload(add(from, 352)), d1), 10)
                        let b3 := rotate(xor(mload(add(from, 544)), d2), 15)
                        let b4 := rotate(xor(mload(add(from, 736)), d3), 56)
                        mstore(add(to, 480), and(xor(b0, and(not(b1), b2)), 0xffffffffffffffff))
                        mstore(add(to, 512), and(xor(b1, and(not(b2), b3)), 0xffffffffffffffff))
                        mstore(add(to, 544), and(xor(b2, and(not(b3), b4)), 0xffffffffffffffff))
                        mstore(add(to, 576), and(xor(b3, and(not(b4), b0)), 0xffffffffffffffff))
                        mstore(add(to, 608), and(xor(b4, and(not(b0), b1)), 0xffffffffffffffff))
                    }
                    {
                        let b0 := rotate(xor(mload(add(from, 64)), d2), 62)
                        let b1 := rotate(xor(mload(add(from, 256)), d3), 55)
                        let b2 := rotate(xor(mload(add(from, 448)), d4), 39)
                        let b3 := rotate(xor(mload(add(from, 480)), d0), 41)
                        let b4 := rotate(xor(mload(add(from, 672)), d1), 2)
                        mstore(add(to, 640), and(xor(b0, and(not(b1), b2)), 0xffffffffffffffff))
                        mstore(add(to, 672), and(xor(b1, and(not(b2), b3)), 0xffffffffffffffff))
                        mstore(add(to, 704), and(xor(b2, and(not(b3), b4)), 0xffffffffffffffff))
                        mstore(add(to, 736), and(xor(b3, and(not(b4), b0)), 0xffffffffffffffff))
                        mstore(add(to, 768), and(xor(b4, and(not(b0), b1)), 0xffffffffffffffff))
                    }
                    let written := to
                    to := from
                    from := written
                }
            }

            // Scratch beyond the free memory pointer: the round constants packed, read together with the bytes before them;
            // the two copies of the state; the padded data.
            let constants := add(mload(0x40), 32)
            mstore(constants, 0x00000000000000010000000000008082800000000000808a8000000080008000)
            mstore(add(constants, 32), 0x000000000000808b000000008000000180000000800080818000000000008009)
            mstore(add(constants, 64), 0x000000000000008a00000000000000880000000080008009000000008000000a)
            mstore(add(constants, 96), 0x000000008000808b800000000000008b80000000000080898000000000008003)
            mstore(add(constants, 128), 0x80000000000080028000000000000080000000000000800a800000008000000a)
            mstore(add(constants, 160), 0x8000000080008081800000000000808000000000800000018000000080008008)
            let state := add(constants, 192)
            let message := add(state, 1600)
            calldatacopy(state, calldatasize(), 800)

            let size := mload(data)
            let paddedSize := mul(add(div(size, 136), 1), 136)
            mcopy(message, add(data, 32), size)
            calldatacopy(add(message, size), calldatasize(), sub(paddedSize, size))
            mstore8(add(message, size), 0x01)
            let end := add(message, paddedSize)
            mstore8(sub(end, 1), or(byte(31, mload(sub(end, 32))), 0x80))

            for {} lt(message, end) { message := add(message, 136) } {
                let lane := state
                for { let i := 0 } lt(i, 128) { i := add(i, 32) } {
                    let lanes := swapLanes(mload(add(message, i)))
                    absorb(lane, shr(192, lanes))
                    absorb(add(lane, 32), shr(128, lanes))
                    absorb(add(lane, 64), shr(64, lanes))
                    absorb(add(lane, 96), lanes)
                    lane := add(lane, 128)
                }
                absorb(lane, swapLanes(mload(add(message, 104))))
                permute(state, sub(constants, 24))
            }
            let first := or(shl(192, mload(state)), shl(128, mload(add(state, 32))))
            digest := swapLanes(or(first, or(shl(64, mload(add(state, 64))), mload(add(state, 96)))))
        }
    }
}
