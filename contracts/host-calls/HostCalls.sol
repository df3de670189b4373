// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// How dear it is to ask the host: as often as the caller says, and with an answer made of every reply. For the EVM, asking
/// is an opcode.
contract HostCalls {
    uint256 private constant CALL_LIMIT = 64;

    error TooManyCalls(uint256 n, uint256 limit);

    modifier bounded(uint256 n) {
        require(n <= CALL_LIMIT, TooManyCalls(n, CALL_LIMIT));
        _;
    }

    /// A number comes back.
    function blockNumbers(uint256 n) external view bounded(n) returns (uint64 digest) {
        unchecked {
            for (uint256 i = 0; i < n; ++i) {
                digest = 31 * digest + uint64(block.number);
            }
        }
    }

    /// Elsewhere, bytes are written to the guest's memory. The last eight of them, as a number.
    function senders(uint256 n) external view bounded(n) returns (uint64 digest) {
        unchecked {
            for (uint256 i = 0; i < n; ++i) {
                digest = 31 * digest + uint64(uint160(msg.sender));
            }
        }
    }
}
