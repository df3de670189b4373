// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.27;

/// Keeps points for accounts.
contract {{Name}} {
    uint256 public total; // slot 0
    mapping(address => uint256) public pointsOf; // slot 1

    event Moved(address indexed from, address indexed to, uint256 points);

    error TooFew(uint256 available, uint256 wanted);

    function earn(uint256 points) external {
        total += points;
        pointsOf[msg.sender] += points;
        emit Moved(address(0), msg.sender, points);
    }

    function move(address to, uint256 points) external {
        uint256 available = pointsOf[msg.sender];
        if (available < points) revert TooFew(available, points);
        pointsOf[msg.sender] = available - points;
        pointsOf[to] += points;
        emit Moved(msg.sender, to, points);
    }
}
