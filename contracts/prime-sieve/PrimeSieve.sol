// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The sieve of Eratosthenes, with a byte for each number.
contract PrimeSieve {
    uint256 private constant LIMIT = 100_000;

    error InputTooLarge(uint256 n, uint256 limit);

    /// The number of primes below n.
    function countBelow(uint256 n) external pure returns (uint256 count) {
        require(n <= LIMIT, InputTooLarge(n, LIMIT));
        bytes memory isComposite = new bytes(n);
        unchecked {
            for (uint256 i = 2; i < n; ++i) {
                if (isComposite[i] != 0) continue;
                ++count;
                // Multiples of i by smaller factors are crossed out already.
                for (uint256 multiple = i * i; multiple < n; multiple += i) {
                    isComposite[multiple] = 0x01;
                }
            }
        }
    }
}
