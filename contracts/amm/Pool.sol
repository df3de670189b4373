// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// A pool of two tokens that keeps the product of its reserves from falling, with the rules and the rounding of Uniswap v2:
/// 0.3 % of what comes in stays in the pool. The tokens are numbers in this contract, so that no call leaves it.
contract Pool {
    /// Shares that nobody can ever redeem, so that a share can not be made arbitrarily dear.
    uint256 private constant LOCKED_SHARES = 1_000;
    uint256 private constant ROUND_LIMIT = 1_000;

    mapping(address account => uint256)[2] private balances;
    uint256[2] private reserves;
    uint256 public totalShares;
    mapping(address account => uint256) public sharesOf;

    event LiquidityAdded(address indexed account, uint256 amount0, uint256 amount1, uint256 shares);
    event LiquidityRemoved(address indexed account, uint256 amount0, uint256 amount1, uint256 shares);
    event Swapped(address indexed account, bool zeroForOne, uint256 amountIn, uint256 amountOut);

    error InsufficientBalance(uint256 available, uint256 needed);
    error InsufficientLiquidity();
    error InsufficientOutput(uint256 output, uint256 minimum);
    error TooManyRounds(uint256 rounds, uint256 limit);

    /// Open to anyone: these tokens are for tests.
    function deposit(uint256 amount0, uint256 amount1) external {
        balances[0][msg.sender] += amount0;
        balances[1][msg.sender] += amount1;
    }

    function addLiquidity(uint256 amount0, uint256 amount1) external returns (uint256 shares) {
        take(0, amount0);
        take(1, amount1);
        uint256 total = totalShares;
        if (total == 0) {
            uint256 root = Math.sqrt(amount0 * amount1);
            require(root > LOCKED_SHARES, InsufficientLiquidity());
            shares = root - LOCKED_SHARES;
            sharesOf[address(0)] = LOCKED_SHARES;
            total = LOCKED_SHARES;
        } else {
            uint256 shares0 = Math.mulDiv(amount0, total, reserves[0]);
            uint256 shares1 = Math.mulDiv(amount1, total, reserves[1]);
            shares = Math.min(shares0, shares1);
            require(shares != 0, InsufficientLiquidity());
        }
        totalShares = total + shares;
        sharesOf[msg.sender] += shares;
        reserves[0] += amount0;
        reserves[1] += amount1;
        emit LiquidityAdded(msg.sender, amount0, amount1, shares);
    }

    function removeLiquidity(uint256 shares) external returns (uint256 amount0, uint256 amount1) {
        uint256 owned = sharesOf[msg.sender];
        require(owned >= shares, InsufficientBalance(owned, shares));
        require(shares != 0, InsufficientLiquidity());
        uint256 total = totalShares;
        amount0 = Math.mulDiv(shares, reserves[0], total);
        amount1 = Math.mulDiv(shares, reserves[1], total);
        require(amount0 != 0 && amount1 != 0, InsufficientLiquidity());
        unchecked {
            sharesOf[msg.sender] = owned - shares;
            totalShares = total - shares;
            reserves[0] -= amount0;
            reserves[1] -= amount1;
        }
        balances[0][msg.sender] += amount0;
        balances[1][msg.sender] += amount1;
        emit LiquidityRemoved(msg.sender, amount0, amount1, shares);
    }

    function swap(bool zeroForOne, uint256 amountIn, uint256 minimumOut) external returns (uint256 amountOut) {
        (uint256 from, uint256 to) = zeroForOne ? (0, 1) : (1, 0);
        take(from, amountIn);
        uint256 reserveIn = reserves[from];
        uint256 reserveOut = reserves[to];
        amountOut = outputOf(amountIn, reserveIn, reserveOut);
        require(amountOut >= minimumOut, InsufficientOutput(amountOut, minimumOut));
        reserves[from] = reserveIn + amountIn;
        unchecked {
            reserves[to] = reserveOut - amountOut;
        }
        balances[to][msg.sender] += amountOut;
        emit Swapped(msg.sender, zeroForOne, amountIn, amountOut);
    }

    /// What would be left after trading back and forth: arithmetic alone.
    function quote(bool zeroForOne, uint256 amount, uint256 rounds) external view returns (uint256) {
        require(rounds <= ROUND_LIMIT, TooManyRounds(rounds, ROUND_LIMIT));
        (uint256 reserveIn, uint256 reserveOut) =
            zeroForOne ? (reserves[0], reserves[1]) : (reserves[1], reserves[0]);
        for (uint256 i = 0; i < rounds; ++i) {
            uint256 output = outputOf(amount, reserveIn, reserveOut);
            (reserveIn, reserveOut, amount) = (reserveOut - output, reserveIn + amount, output);
        }
        return amount;
    }

    function balancesOf(address account) external view returns (uint256, uint256) {
        return (balances[0][account], balances[1][account]);
    }

    function getReserves() external view returns (uint256, uint256) {
        return (reserves[0], reserves[1]);
    }

    function take(uint256 side, uint256 amount) private {
        uint256 available = balances[side][msg.sender];
        require(available >= amount, InsufficientBalance(available, amount));
        unchecked {
            balances[side][msg.sender] = available - amount;
        }
    }

    /// The most that leaves the product of the reserves where it was, not counting the fee.
    function outputOf(uint256 amountIn, uint256 reserveIn, uint256 reserveOut) private pure returns (uint256) {
        require(reserveIn != 0 && reserveOut != 0, InsufficientLiquidity());
        uint256 charged = amountIn * 997;
        uint256 weight = reserveIn * 1_000 + charged;
        return Math.mulDiv(charged, reserveOut, weight);
    }
}
