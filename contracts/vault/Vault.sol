// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// Keeps an ERC-20 token for its depositors.
contract Vault {
    IERC20 public token;
    /// May move tokens between accounts that have approved the vault.
    address public keeper;
    uint256 public totalDeposits;
    mapping(address account => uint256) public depositOf;

    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event Rebalanced(address indexed from, address indexed to, uint256 amount);

    error InsufficientDeposit(address account, uint256 available, uint256 needed);
    error NotKeeper(address caller);
    error TransferFailed();

    constructor(IERC20 token_) {
        token = token_;
        keeper = msg.sender;
    }

    function deposit(uint256 amount) external {
        pull(msg.sender, amount);
        depositOf[msg.sender] += amount;
        totalDeposits += amount;
        emit Deposited(msg.sender, amount);
    }

    function withdraw(uint256 amount) external {
        uint256 available = depositOf[msg.sender];
        require(available >= amount, InsufficientDeposit(msg.sender, available, amount));
        unchecked {
            depositOf[msg.sender] = available - amount;
            totalDeposits -= amount;
        }
        push(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
    }

    /// Takes tokens from one account and gives them to another, through the vault: two calls into the token.
    function rebalance(address from, address to, uint256 amount) external {
        require(msg.sender == keeper, NotKeeper(msg.sender));
        pull(from, amount);
        push(to, amount);
        emit Rebalanced(from, to, amount);
    }

    /// What the vault holds, deposited or not.
    function assets() external view returns (uint256) {
        return token.balanceOf(address(this));
    }

    function pull(address from, uint256 amount) private {
        require(token.transferFrom(from, address(this), amount), TransferFailed());
    }

    function push(address to, uint256 amount) private {
        require(token.transfer(to, amount), TransferFailed());
    }
}
