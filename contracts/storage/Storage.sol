// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Consecutive storage slots, and transient storage, with as little computation as possible around them.
contract Storage {
    uint256 private constant COUNT_LIMIT = 256;

    uint256[4096] private cells;
    uint256 private writes;
    uint256 private transient scratch;

    event Written(uint256 indexed start, uint256 count);

    error TooManyCells(uint256 count, uint256 limit);

    /// cells[start + i] = seed + i (modulo 2^256), for i below count.
    function write(uint256 start, uint256 count, uint256 seed) external {
        _checkCount(count);
        for (uint256 i = 0; i < count; i++) {
            unchecked {
                cells[start + i] = seed + i;
            }
        }
        writes += 1;
        emit Written(start, count);
    }

    /// The sum of count cells, modulo 2^256.
    function read(uint256 start, uint256 count) external view returns (uint256 sum) {
        _checkCount(count);
        for (uint256 i = 0; i < count; i++) {
            unchecked {
                sum += cells[start + i];
            }
        }
    }

    function clear(uint256 start, uint256 count) external {
        _checkCount(count);
        for (uint256 i = 0; i < count; i++) {
            unchecked {
                delete cells[start + i];
            }
        }
    }

    /// How often `write` has run.
    function writeCount() external view returns (uint256) {
        return writes;
    }

    /// Adds to a transient variable, count times, and returns it.
    function accumulate(uint256 count, uint256 step) external returns (uint256) {
        _checkCount(count);
        for (uint256 i = 0; i < count; i++) {
            scratch += step;
        }
        return scratch;
    }

    function _checkCount(uint256 count) private pure {
        if (count > COUNT_LIMIT) revert TooManyCells(count, COUNT_LIMIT);
    }
}
