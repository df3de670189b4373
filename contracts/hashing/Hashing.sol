// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Blake2b} from "./Blake2b.sol";
import {Keccak256} from "./Keccak256.sol";
import {Sha256} from "./Sha256.sol";

/// Hash functions computed inside the guest, beside the one that the host offers.
contract Hashing {
    error TooManyRounds(uint256 rounds, uint256 limit);

    uint256 private constant ROUND_LIMIT = 100;

    modifier bounded(uint256 rounds) {
        require(rounds <= ROUND_LIMIT, TooManyRounds(rounds, ROUND_LIMIT));
        _;
    }

    function sha256Guest(bytes calldata data) external pure returns (bytes32) {
        return Sha256.hash(data);
    }

    /// BLAKE2b-256.
    function blake2bGuest(bytes calldata data) external pure returns (bytes32) {
        return Blake2b.hash(data);
    }

    function keccakGuest(bytes calldata data) external pure returns (bytes32) {
        return Keccak256.hash(data);
    }

    function keccakHost(bytes calldata data) external pure returns (bytes32) {
        return keccak256(data);
    }

    /// The hash of the hash, and so on: `rounds` times. None gives the seed.
    function sha256GuestRounds(bytes32 seed, uint256 rounds) external pure bounded(rounds) returns (bytes32) {
        bytes memory word = new bytes(32);
        for (uint256 i = 0; i < rounds; ++i) {
            assembly ("memory-safe") {
                mstore(add(word, 32), seed)
            }
            seed = Sha256.hash(word);
        }
        return seed;
    }

    function blake2bGuestRounds(bytes32 seed, uint256 rounds) external pure bounded(rounds) returns (bytes32) {
        bytes memory word = new bytes(32);
        for (uint256 i = 0; i < rounds; ++i) {
            assembly ("memory-safe") {
                mstore(add(word, 32), seed)
            }
            seed = Blake2b.hash(word);
        }
        return seed;
    }

    function keccakGuestRounds(bytes32 seed, uint256 rounds) external pure bounded(rounds) returns (bytes32) {
        bytes memory word = new bytes(32);
        for (uint256 i = 0; i < rounds; ++i) {
            assembly ("memory-safe") {
                mstore(add(word, 32), seed)
            }
            seed = Keccak256.hash(word);
        }
        return seed;
    }

    function keccakHostRounds(bytes32 seed, uint256 rounds) external pure bounded(rounds) returns (bytes32) {
        for (uint256 i = 0; i < rounds; ++i) {
            assembly ("memory-safe") {
                mstore(0, seed)
                seed := keccak256(0, 32)
            }
        }
        return seed;
    }
}
