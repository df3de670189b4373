// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A call, and nothing else.
contract Noop {
    function noop() external pure {}
}
