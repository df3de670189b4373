// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// 256-bit arithmetic, one operation at a time and in loops: the EVM's home ground.
contract Uint256Math {
    error TooManyRounds(uint256 rounds, uint256 limit);

    uint256 private constant ROUND_LIMIT = 1_000;

    modifier bounded(uint256 rounds) {
        require(rounds <= ROUND_LIMIT, TooManyRounds(rounds, ROUND_LIMIT));
        _;
    }

    function addMod(uint256 a, uint256 b, uint256 m) external pure returns (uint256) {
        return addmod(a, b, m);
    }

    function mulMod(uint256 a, uint256 b, uint256 m) external pure returns (uint256) {
        return mulmod(a, b, m);
    }

    function mulDiv(uint256 a, uint256 b, uint256 d) external pure returns (uint256) {
        return Math.mulDiv(a, b, d);
    }

    function exp(uint256 base, uint256 exponent) external pure returns (uint256) {
        unchecked {
            return base ** exponent;
        }
    }

    function checkedExp(uint256 base, uint256 exponent) external pure returns (uint256) {
        return base ** exponent;
    }

    function add(uint256 a, uint256 b) external pure returns (uint256) {
        return a + b;
    }

    function sub(uint256 a, uint256 b) external pure returns (uint256) {
        return a - b;
    }

    function mul(uint256 a, uint256 b) external pure returns (uint256) {
        return a * b;
    }

    function div(uint256 a, uint256 b) external pure returns (uint256) {
        return a / b;
    }

    function mod(uint256 a, uint256 b) external pure returns (uint256) {
        return a % b;
    }

    function sdiv(int256 a, int256 b) external pure returns (int256) {
        return a / b;
    }

    function shl(uint256 a, uint256 bits) external pure returns (uint256) {
        return a << bits;
    }

    function shr(uint256 a, uint256 bits) external pure returns (uint256) {
        return a >> bits;
    }

    function sqrt(uint256 a) external pure returns (uint256) {
        return Math.sqrt(a);
    }

    /// a * b^rounds mod m, one multiplication per round.
    function mulModChain(uint256 a, uint256 b, uint256 m, uint256 rounds) external pure bounded(rounds) returns (uint256) {
        for (uint256 i = 0; i < rounds; ++i) {
            a = mulmod(a, b, m);
        }
        return a;
    }

    /// Interest on interest: the amount becomes amount * numerator / denominator, again and again.
    function compound(uint256 amount, uint256 numerator, uint256 denominator, uint256 rounds)
        external
        pure
        bounded(rounds)
        returns (uint256)
    {
        for (uint256 i = 0; i < rounds; ++i) {
            amount = Math.mulDiv(amount, numerator, denominator);
        }
        return amount;
    }
}
