// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// Limit orders for one pair of assets, matched by price and then by time. The prices of each side that have orders are
/// bits of a map with a summary above it, so that the best one is found in two steps; the orders of a price are a list.
/// An order takes at most FILL_LIMIT others.
contract OrderBook {
    uint256 private constant BASE = 0;
    uint256 private constant QUOTE = 1;
    uint256 private constant FILL_LIMIT = 16;

    struct Order {
        address owner;
        uint64 amount;
        uint16 price;
        bool isBid;
        uint64 next;
        uint64 previous;
    }

    /// Oldest and newest order of a price.
    struct Level {
        uint64 first;
        uint64 last;
    }

    struct Side {
        /// Bit n says that word n of `prices` is not zero.
        uint256 summary;
        mapping(uint256 word => uint256 bits) prices;
        mapping(uint256 price => Level) levels;
    }

    Side private asks;
    Side private bids;
    mapping(uint64 id => Order) private orders;
    mapping(address account => uint256)[2] private balances;

    event Placed(uint64 indexed id, address indexed owner, bool isBid, uint16 price, uint64 amount);
    event Filled(uint64 indexed id, address indexed taker, uint16 price, uint64 amount);
    event Cancelled(uint64 indexed id);

    error InsufficientBalance(uint256 available, uint256 needed);
    error InvalidOrder();
    error NotOwner(uint64 id);
    error OrderExists(uint64 id);

    /// Open to anyone: these assets are for tests.
    function deposit(uint256 baseAmount, uint256 quoteAmount) external {
        balances[BASE][msg.sender] += baseAmount;
        balances[QUOTE][msg.sender] += quoteAmount;
    }

    /// Takes what the book offers up to this price, best price first and oldest order first, at the prices of the orders
    /// taken. What is left becomes an order, unless the limit of fills was reached: then it is dropped.
    /// @param id of the order, chosen by the caller: any number but zero that no open order has
    function place(uint64 id, bool isBid, uint16 price, uint64 amount) external returns (uint64 filled) {
        require(id != 0 && price != 0 && amount != 0, InvalidOrder());
        require(orders[id].owner == address(0), OrderExists(id));
        uint256 cost = 0;
        uint64 rested = 0;
        for (uint256 fills = 0; filled < amount; ++fills) {
            uint16 best = bestPrice(!isBid);
            if (best == 0 || (isBid ? best > price : best < price)) {
                rested = amount - filled;
                append(id, isBid, price, rested);
                break;
            }
            if (fills == FILL_LIMIT) break;
            uint64 traded = fill(!isBid, best, amount - filled);
            filled += traded;
            cost += uint256(traded) * best;
        }
        if (isBid) {
            take(QUOTE, cost + uint256(rested) * price);
            balances[BASE][msg.sender] += filled;
        } else {
            take(BASE, uint256(filled) + rested);
            balances[QUOTE][msg.sender] += cost;
        }
    }

    function cancel(uint64 id) external {
        Order memory order = orders[id];
        require(order.owner == msg.sender, NotOwner(id));
        remove(id, order);
        if (order.isBid) {
            balances[QUOTE][msg.sender] += uint256(order.amount) * order.price;
        } else {
            balances[BASE][msg.sender] += order.amount;
        }
        emit Cancelled(id);
    }

    /// The highest bid or the lowest ask, 0 if there is none.
    function bestPrice(bool isBid) public view returns (uint16) {
        Side storage side = isBid ? bids : asks;
        uint256 summary = side.summary;
        if (summary == 0) return 0;
        uint256 word = isBid ? highestBit(summary) : lowestBit(summary);
        uint256 bits = side.prices[word];
        return uint16((word << 8) | (isBid ? highestBit(bits) : lowestBit(bits)));
    }

    /// The oldest and the newest order of a price, 0 if there is none.
    function levelOf(bool isBid, uint16 price) external view returns (uint64, uint64) {
        Level storage level = (isBid ? bids : asks).levels[price];
        return (level.first, level.last);
    }

    function orderOf(uint64 id) external view returns (address owner, bool isBid, uint16 price, uint64 amount) {
        Order storage order = orders[id];
        return (order.owner, order.isBid, order.price, order.amount);
    }

    function balancesOf(address account) external view returns (uint256, uint256) {
        return (balances[BASE][account], balances[QUOTE][account]);
    }

    /// Trades with the oldest order of a price and pays its owner.
    function fill(bool isBid, uint16 price, uint64 wanted) private returns (uint64 traded) {
        uint64 id = (isBid ? bids : asks).levels[price].first;
        Order memory order = orders[id];
        traded = wanted < order.amount ? wanted : order.amount;
        if (traded == order.amount) {
            remove(id, order);
        } else {
            orders[id].amount = order.amount - traded;
        }
        if (isBid) {
            balances[BASE][order.owner] += traded;
        } else {
            balances[QUOTE][order.owner] += uint256(traded) * price;
        }
        emit Filled(id, msg.sender, price, traded);
    }

    function append(uint64 id, bool isBid, uint16 price, uint64 amount) private {
        Side storage side = isBid ? bids : asks;
        Level storage level = side.levels[price];
        uint64 last = level.last;
        if (last == 0) {
            level.first = id;
            uint256 word = price >> 8;
            side.prices[word] |= 1 << (price & 0xff);
            side.summary |= 1 << word;
        } else {
            orders[last].next = id;
        }
        level.last = id;
        orders[id] = Order(msg.sender, amount, price, isBid, 0, last);
        emit Placed(id, msg.sender, isBid, price, amount);
    }

    function remove(uint64 id, Order memory order) private {
        Side storage side = order.isBid ? bids : asks;
        Level storage level = side.levels[order.price];
        if (order.previous == 0) {
            level.first = order.next;
        } else {
            orders[order.previous].next = order.next;
        }
        if (order.next == 0) {
            level.last = order.previous;
        } else {
            orders[order.next].previous = order.previous;
        }
        if (order.next == 0 && order.previous == 0) {
            uint256 word = order.price >> 8;
            uint256 bits = side.prices[word] & ~(1 << (order.price & 0xff));
            side.prices[word] = bits;
            if (bits == 0) side.summary &= ~(1 << word);
        }
        delete orders[id];
    }

    function take(uint256 asset, uint256 amount) private {
        uint256 available = balances[asset][msg.sender];
        require(available >= amount, InsufficientBalance(available, amount));
        unchecked {
            balances[asset][msg.sender] = available - amount;
        }
    }

    function highestBit(uint256 bits) private pure returns (uint256) {
        return Math.log2(bits);
    }

    function lowestBit(uint256 bits) private pure returns (uint256) {
        unchecked {
            return Math.log2(bits & (~bits + 1));
        }
    }
}
