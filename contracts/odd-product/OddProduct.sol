// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The product of odd numbers, one after the other. solc leaves the loop as it is.
contract OddProduct {
    uint256 private constant LIMIT = 1_000_000;

    error InputTooLarge(uint256 n, uint256 limit);

    /// The product of the first n odd numbers, modulo 2^64. Of none it is 1.
    function product(uint64 n) external pure returns (uint64 result) {
        require(n <= LIMIT, InputTooLarge(n, LIMIT));
        result = 1;
        unchecked {
            for (uint64 i = 1; i <= n; ++i) {
                result *= 2 * i - 1;
            }
        }
    }
}
