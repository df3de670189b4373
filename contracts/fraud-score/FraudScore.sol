// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {MODEL} from "./Model.sol";

/// Scores transactions with a decision forest and a small neural network, in integers alone: the kind of rules that users
/// would want to bring along, and that nobody would want to run without bounds.
///
/// A transaction is a word with eight features of 32 bits, the first one lowest. Fixed-point numbers have 16 bits behind
/// the point.
contract FraudScore is Ownable {
    uint256 private constant TRANSACTION_LIMIT = 64;

    uint256 private constant FEATURES = 8;
    uint256 private constant TREES = 8;
    uint256 private constant DEPTH = 5;
    uint256 private constant UNITS = 16;
    int256 private constant ONE = 65536;

    // Where things are in the model, in bytes. The children of node i are 2i + 1 and 2i + 2.
    uint256 private constant NODES = 31;
    uint256 private constant NODE_SIZE = 5;
    uint256 private constant LEAF_SIZE = 2;
    uint256 private constant TREE_SIZE = NODES * NODE_SIZE + (NODES + 1) * LEAF_SIZE;
    uint256 private constant POWERS = TREES * TREE_SIZE;
    uint256 private constant NETWORK = POWERS + FEATURES;
    uint256 private constant NUMBER_SIZE = 4;
    uint256 private constant UNIT_SIZE = (FEATURES + 2) * NUMBER_SIZE;

    /// Risks above it are declined.
    uint256 public threshold;
    uint256 public reviewed;
    uint256 public declined;

    event Declined(uint256 indexed transaction, uint256 risk);

    error TooManyTransactions(uint256 count, uint256 limit);

    constructor(uint256 initialThreshold) Ownable(msg.sender) {
        threshold = initialThreshold;
    }

    function setThreshold(uint256 newThreshold) external onlyOwner {
        threshold = newThreshold;
    }

    /// The risk of a transaction by each of the two, from 0 to below 65536.
    function score(uint256 transaction) external pure returns (uint256 forest, uint256 network) {
        bytes memory model = MODEL;
        return (_forestScore(model, transaction), _networkScore(model, transaction));
    }

    /// @return refused a bit for each transaction whose risk, the mean of both scores, is above the threshold
    function review(uint256[] calldata transactions) external returns (uint256 refused) {
        uint256 count = transactions.length;
        require(count <= TRANSACTION_LIMIT, TooManyTransactions(count, TRANSACTION_LIMIT));
        bytes memory model = MODEL;
        uint256 limit = threshold;
        uint256 refusedCount = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 transaction = transactions[i];
            uint256 risk = (_forestScore(model, transaction) + _networkScore(model, transaction)) / 2;
            if (risk <= limit) continue;
            refused |= 1 << i;
            ++refusedCount;
            emit Declined(transaction, risk);
        }
        reviewed += count;
        declined += refusedCount;
    }

    function _forestScore(bytes memory model, uint256 transaction) private pure returns (uint256) {
        unchecked {
            uint256 sum = 0;
            for (uint256 tree = 0; tree < POWERS; tree += TREE_SIZE) {
                uint256 node = 0;
                for (uint256 depth = 0; depth < DEPTH; ++depth) {
                    uint256 rule = _read(model, tree + node * NODE_SIZE, NODE_SIZE);
                    node = 2 * node + (_feature(transaction, rule >> 32) > uint32(rule) ? 2 : 1);
                }
                sum += _read(model, tree + NODES * NODE_SIZE + (node - NODES) * LEAF_SIZE, LEAF_SIZE);
            }
            return sum / TREES;
        }
    }

    function _networkScore(bytes memory model, uint256 transaction) private pure returns (uint256) {
        unchecked {
            int256[FEATURES] memory inputs;
            for (uint256 i = 0; i < FEATURES; ++i) {
                uint256 full = 1 << _read(model, POWERS + i, 1);
                uint256 value = _feature(transaction, i);
                inputs[i] = int256(((value < full ? value : full) << 16) / full);
            }
            int256 sum = 0;
            uint256 unit = NETWORK;
            for (uint256 i = 0; i < UNITS; ++i) {
                int256 weighted = 0;
                for (uint256 j = 0; j < FEATURES; ++j) {
                    weighted += _readSigned(model, unit + j * NUMBER_SIZE) * inputs[j];
                }
                int256 active = (weighted >> 16) + _readSigned(model, unit + FEATURES * NUMBER_SIZE);
                if (active > 0) sum += _readSigned(model, unit + (FEATURES + 1) * NUMBER_SIZE) * active;
                unit += UNIT_SIZE;
            }
            // A sigmoid without an exponential: 1/2 + z / (2 (1 + |z|)).
            int256 z = (sum >> 16) + _readSigned(model, unit);
            return uint256(ONE / 2 + (z * (ONE / 2)) / (ONE + (z < 0 ? -z : z)));
        }
    }

    function _feature(uint256 transaction, uint256 index) private pure returns (uint256) {
        return uint32(transaction >> (32 * index));
    }

    /// A number of `size` bytes. The callers stay inside the model.
    function _read(bytes memory model, uint256 offset, uint256 size) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, size)), mload(add(add(model, 32), offset)))
        }
    }

    function _readSigned(bytes memory model, uint256 offset) private pure returns (int256) {
        return int32(uint32(_read(model, offset, NUMBER_SIZE)));
    }
}
