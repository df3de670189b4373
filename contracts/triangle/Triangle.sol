// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The n-th triangular number, the slow way. solc leaves the loop as it is.
contract Triangle {
    uint256 private constant LIMIT = 1_000_000;

    error InputTooLarge(uint256 n, uint256 limit);

    /// The sum of 1 to n.
    function sum(uint64 n) external pure returns (uint64 total) {
        require(n <= LIMIT, InputTooLarge(n, LIMIT));
        unchecked {
            for (uint64 i = 1; i <= n; ++i) {
                total += i;
            }
        }
    }
}
