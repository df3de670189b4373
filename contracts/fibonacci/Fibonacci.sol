// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Pure computation: no storage, no events.
contract Fibonacci {
    uint256 private constant ITERATIVE_LIMIT = 1_000_000;
    uint256 private constant RECURSIVE_LIMIT = 30;

    error InputTooLarge(uint256 n, uint256 limit);

    /// The n-th Fibonacci number modulo 2^64.
    function iterative(uint64 n) external pure returns (uint64) {
        if (n > ITERATIVE_LIMIT) revert InputTooLarge(n, ITERATIVE_LIMIT);
        uint64 current = 0;
        uint64 next = 1;
        unchecked {
            for (uint64 i = 0; i < n; i++) {
                (current, next) = (next, current + next);
            }
        }
        return current;
    }

    /// The n-th Fibonacci number the slow way.
    function recursive(uint32 n) external pure returns (uint64) {
        if (n > RECURSIVE_LIMIT) revert InputTooLarge(n, RECURSIVE_LIMIT);
        return _recurse(n);
    }

    function _recurse(uint32 n) private pure returns (uint64) {
        if (n < 2) return n;
        unchecked {
            return _recurse(n - 1) + _recurse(n - 2);
        }
    }
}
