/** A bug of a kind that people make, planted into the Solidity of a contract whose other forms stay as they are. */
export interface Mutant {
  /** What is wrong, in words. */
  readonly bug: string;
  /** Text that is in the source once, and what is put in its place. */
  readonly find: string;
  readonly replace: string;
  /** Where it is if not in the contract's own file: a path as Solidity imports it. */
  readonly file?: string;
}

const ERC20 = '@openzeppelin/contracts/token/ERC20/ERC20.sol';
const ERC721 = '@openzeppelin/contracts/token/ERC721/ERC721.sol';
const OWNABLE = '@openzeppelin/contracts/access/Ownable.sol';

/**
 * By the case's id. Fixtures of the tests are `escrow`, the only one with `receive` and `fallback`, and `composite-types` and
 * `packed-storage` for structs and arrays.
 */
export const mutants: Readonly<Record<string, readonly Mutant[]>> = {
  amm: [
    {
      bug: 'no event when liquidity is removed',
      find: '        emit LiquidityRemoved(msg.sender, amount0, amount1, shares);\n',
      replace: '',
    },
    {
      bug: 'swapped arguments of an event',
      find: 'emit Swapped(msg.sender, zeroForOne, amountIn, amountOut)',
      replace: 'emit Swapped(msg.sender, zeroForOne, amountOut, amountIn)',
    },
    {
      bug: '> for >=: all shares cannot be redeemed',
      find: 'require(owned >= shares',
      replace: 'require(owned > shares',
    },
    { bug: 'a fee of 0.2 % in place of 0.3 %', find: 'amountIn * 997', replace: 'amountIn * 998' },
    { bug: 'takes the second token from the first balance', find: 'take(1, amount1)', replace: 'take(0, amount1)' },
    {
      bug: 'shares by the larger of the amounts',
      find: 'shares = Math.min(shares0, shares1)',
      replace: 'shares = Math.max(shares0, shares1)',
    },
    {
      bug: 'one round too few is allowed',
      find: 'require(rounds <= ROUND_LIMIT',
      replace: 'require(rounds < ROUND_LIMIT',
    },
  ],
  'auth-gate': [
    {
      bug: 'the key may be changed by anyone',
      find: 'function setKey(bytes32 key) external onlyOwner',
      replace: 'function setKey(bytes32 key) external',
    },
    { bug: 'no event when the key changes', find: '        emit KeyChanged(msg.sender);\n', replace: '' },
    {
      bug: 'an expired token still passes',
      find: 'if (block.timestamp >= claims.expiry)',
      replace: 'if (block.timestamp > claims.expiry + 365 days)',
    },
    {
      bug: 'the time before which a token does not count is not looked at',
      find: 'if (block.timestamp < claims.notBefore) return (Decision.NotYetValid, 0);\n',
      replace: '',
    },
    {
      bug: 'bits that are left over need not be zero',
      find: 'if (pending != 0 || pendingBits == 6)',
      replace: 'if (pendingBits == 6)',
    },
    { bug: 'the highest role passes nowhere', find: 'if (claims.role < role)', replace: 'if (claims.role <= role)' },
  ],
  bn254: [
    {
      bug: 'a point off the curve is taken',
      find: '        require(mulmod(y, y, P) == addmod(mulmod(x, mulmod(x, x, P), P), 3, P), InvalidPoint());\n',
      replace: '',
    },
    { bug: 'a coordinate may be the modulus', find: 'require(x < P && y < P', replace: 'require(x <= P && y < P' },
    {
      bug: 'the opposite of a point is added as if it were the same',
      find: 'if (r == 0) {',
      replace: 'if (r == 0 || h == 0) {',
    },
    { bug: 'the highest bit of a factor is left out', find: 'Math.log2(factor) + 1', replace: 'Math.log2(factor)' },
    {
      bug: 'y is not divided by z^3',
      find: 'mulmod(a.y, mulmod(inverse, inverseSquared, P), P)',
      replace: 'mulmod(a.y, inverseSquared, P)',
    },
  ],
  erc20: [
    { bug: 'no event when tokens move', file: ERC20, find: '        emit Transfer(from, to, value);\n', replace: '' },
    {
      bug: 'allowances are not used up',
      file: ERC20,
      find: '_approve(owner, spender, currentAllowance - value, false);',
      replace: '',
    },
    {
      bug: 'an unlimited allowance is used up',
      file: ERC20,
      find: 'if (currentAllowance < type(uint256).max) {',
      replace: '{',
    },
    {
      bug: '<= for <: a whole balance cannot be sent',
      file: ERC20,
      find: 'if (fromBalance < value)',
      replace: 'if (fromBalance <= value)',
    },
    {
      bug: 'the supply overflows',
      file: ERC20,
      find: '_totalSupply += value;',
      replace: 'unchecked { _totalSupply += value; }',
    },
    {
      bug: 'the zero address may be sent tokens',
      file: ERC20,
      find: '        if (to == address(0)) {\n            revert ERC20InvalidReceiver(address(0));\n        }\n        _update(from, to, value);',
      replace: '        _update(from, to, value);',
    },
    {
      bug: 'a method that nobody knows of',
      find: '    /// Open to anyone',
      replace:
        '    function burn(uint256 value) external {\n        _burn(msg.sender, value);\n    }\n\n    /// Open to anyone',
    },
  ],
  erc721: [
    {
      bug: 'an approval outlives a transfer',
      file: ERC721,
      find: '            _approve(address(0), tokenId, address(0), false);\n',
      replace: '',
    },
    {
      bug: 'anyone mints',
      find: 'mint(address to, uint256 tokenId) external onlyOwner',
      replace: 'mint(address to, uint256 tokenId) external',
    },
    { bug: 'a balance that is not lowered', file: ERC721, find: '                _balances[from] -= 1;', replace: '' },
    {
      bug: 'operators cannot approve',
      file: ERC721,
      find: ' && owner != auth && !isApprovedForAll(owner, auth)',
      replace: ' && owner != auth',
    },
    {
      bug: 'another error for a wrong owner',
      file: ERC721,
      find: '        address previousOwner = _update(to, tokenId, _msgSender());\n        if (previousOwner != from) {\n            revert ERC721IncorrectOwner(from, tokenId, previousOwner);',
      replace:
        '        address previousOwner = _update(to, tokenId, _msgSender());\n        if (previousOwner != from) {\n            revert ERC721IncorrectOwner(previousOwner, tokenId, from);',
    },
    {
      bug: 'an interface that is not claimed',
      file: ERC721,
      find: 'interfaceId == type(IERC721Metadata).interfaceId ||',
      replace: '',
    },
    {
      bug: 'ownership given up with no event',
      file: OWNABLE,
      find: '        emit OwnershipTransferred(oldOwner, newOwner);\n',
      replace: '',
    },
  ],
  fibonacci: [
    {
      bug: 'overflow reverts where it should wrap',
      find: '        unchecked {\n            for (uint64 i = 0; i < n; i++) {\n                (current, next) = (next, current + next);\n            }\n        }',
      replace:
        '        for (uint64 i = 0; i < n; i++) {\n            (current, next) = (next, current + next);\n        }',
    },
    {
      bug: 'one more than the limit is allowed',
      find: 'if (n > RECURSIVE_LIMIT)',
      replace: 'if (n > RECURSIVE_LIMIT + 1)',
    },
    { bug: 'off by one: the next number', find: 'i < n; i++', replace: 'i <= n; i++' },
    {
      bug: 'the wrong limit in an error',
      find: 'revert InputTooLarge(n, RECURSIVE_LIMIT)',
      replace: 'revert InputTooLarge(n, ITERATIVE_LIMIT)',
    },
    { bug: 'the number of 0 is 1', find: 'if (n < 2) return n;', replace: 'if (n < 2) return 1;' },
  ],
  'fraud-score': [
    {
      bug: 'a risk at the threshold is declined',
      find: 'if (risk <= limit) continue;',
      replace: 'if (risk < limit) continue;',
    },
    {
      bug: 'anyone sets the threshold',
      find: 'setThreshold(uint256 newThreshold) external onlyOwner',
      replace: 'setThreshold(uint256 newThreshold) external',
    },
    {
      bug: 'the sum in place of the mean',
      find: '_networkScore(model, transaction)) / 2;',
      replace: '_networkScore(model, transaction));',
    },
    { bug: 'what is declined is not counted', find: '        declined += refusedCount;\n', replace: '' },
    {
      bug: 'a rule holds for what equals its limit',
      find: '> uint32(rule) ? 2 : 1',
      replace: '>= uint32(rule) ? 2 : 1',
    },
    {
      bug: 'one transaction too few is allowed',
      find: 'require(count <= TRANSACTION_LIMIT',
      replace: 'require(count < TRANSACTION_LIMIT',
    },
  ],
  governance: [
    {
      bug: 'a vote that is changed counts twice',
      find: '        if (before == 2) proposal.votesFor -= weight;\n',
      replace: '',
    },
    { bug: 'voting ends a block early', find: 'if (now_ <= deadline)', replace: 'if (now_ < deadline)' },
    {
      bug: 'unlocked votes still count in the total',
      find: '        record(totalVotes, totalVotes.latest() - amount);\n',
      replace: '',
    },
    {
      bug: 'locked tokens can be paid out',
      find: 'token.balanceOf(address(this)) - totalVotes.latest()',
      replace: 'token.balanceOf(address(this))',
    },
    { bug: 'the present block counts as past', find: 'require(timepoint < now_', replace: 'require(timepoint <= now_' },
    {
      bug: 'a proposal can be made without votes',
      find: '        require(available != 0, InsufficientVotes(msg.sender, 0, 1));\n        State state',
      replace: '        State state',
    },
    {
      bug: 'the deadline of another event',
      find: 'emit Proposed(id, msg.sender, recipient, amount, deadline)',
      replace: 'emit Proposed(id, msg.sender, recipient, amount, now_)',
    },
  ],
  hashing: [
    {
      bug: 'one round too many',
      find: '        for (uint256 i = 0; i < rounds; ++i) {\n            assembly ("memory-safe") {\n                mstore(0, seed)',
      replace:
        '        for (uint256 i = 0; i <= rounds; ++i) {\n            assembly ("memory-safe") {\n                mstore(0, seed)',
    },
    {
      bug: 'one round too few is allowed',
      find: 'require(rounds <= ROUND_LIMIT',
      replace: 'require(rounds < ROUND_LIMIT',
    },
    {
      bug: "the host's hash of nothing is zero",
      find: '        return keccak256(data);',
      replace: '        return data.length == 0 ? bytes32(0) : keccak256(data);',
    },
    {
      bug: 'another hash function',
      find: '        return Sha256.hash(data);',
      replace: '        return Blake2b.hash(data);',
    },
    {
      bug: 'no padding block where the length does not fit',
      file: 'Sha256.sol',
      find: 'let paddedSize := and(add(size, 72), not(63))',
      replace: 'let paddedSize := and(add(size, 71), not(63))',
    },
  ],
  'host-calls': [
    {
      bug: 'off by one: asks once too often',
      find: '                digest = 31 * digest + uint64(block.number);',
      replace: '                digest = 31 * digest + uint64(block.number) + (i == 63 ? 1 : 0);',
    },
    { bug: 'the time in place of the block', find: 'uint64(block.number)', replace: 'uint64(block.timestamp)' },
    {
      bug: 'the origin in place of the caller',
      find: 'uint64(uint160(msg.sender))',
      replace: 'uint64(uint160(address(this)))',
    },
    { bug: 'one call too few is allowed', find: 'require(n <= CALL_LIMIT', replace: 'require(n < CALL_LIMIT' },
    {
      bug: 'the error says the limit first',
      find: 'TooManyCalls(n, CALL_LIMIT));',
      replace: 'TooManyCalls(CALL_LIMIT, n));',
    },
    {
      bug: 'takes value',
      find: 'function senders(uint256 n) external view bounded(n)',
      replace: 'function senders(uint256 n) external payable bounded(n)',
    },
  ],
  'json-tokenizer': [
    { bug: 'a tab is no space', find: ' || first == "\\t")', replace: ')' },
    {
      bug: 'control characters in strings',
      find: '_require(character >= 0x20, offset);',
      replace: '_require(character >= 0x1f, offset);',
    },
    {
      bug: 'numbers may begin with a zero',
      find: 'offset = _peek(text, offset) == "0" ? offset + 1 : _skipDigits(text, offset);',
      replace: 'offset = _skipDigits(text, offset);',
    },
    {
      bug: 'an exponent has no plus sign',
      find: 'if (sign == "+" || sign == "-") ++offset;',
      replace: 'if (sign == "-") ++offset;',
    },
    {
      bug: 'three hex digits are enough',
      find: 'for (uint256 i = 0; i < 4; ++i)',
      replace: 'for (uint256 i = 0; i < 3; ++i)',
    },
    {
      bug: 'a bracket less is allowed',
      find: 'uint256 private constant DEPTH_LIMIT = 64;',
      replace: 'uint256 private constant DEPTH_LIMIT = 63;',
    },
  ],
  'merkle-airdrop': [
    { bug: 'claims are not kept', find: '        claims.set(index);\n', replace: '' },
    {
      bug: 'anyone starts a round',
      find: 'startRound(bytes32 newRoot) external onlyOwner',
      replace: 'startRound(bytes32 newRoot) external',
    },
    {
      bug: 'a claim pays the caller',
      find: 'balanceOf[account] += amount;',
      replace: 'balanceOf[msg.sender] += amount;',
    },
    {
      bug: 'a leaf hashed once',
      find: 'keccak256(bytes.concat(keccak256(abi.encode(index, account, amount))))',
      replace: 'keccak256(abi.encode(index, account, amount))',
    },
    {
      bug: 'the round of before in the event',
      find: 'emit RoundStarted(round, newRoot)',
      replace: 'emit RoundStarted(round - 1, newRoot)',
    },
    {
      bug: 'a wrong proof has no reason',
      find: 'require(verify(index, account, amount, proof), InvalidProof());',
      replace: 'require(verify(index, account, amount, proof));',
    },
  ],
  noop: [
    { bug: 'takes value', find: 'function noop() external pure {}', replace: 'function noop() external payable {}' },
    {
      bug: 'returns something',
      find: 'function noop() external pure {}',
      replace: 'function noop() external pure returns (uint256) {}',
    },
    {
      bug: 'a method that nobody knows of',
      find: 'function noop() external pure {}',
      replace:
        'function noop() external pure {}\n    function drain() external pure returns (uint256) {\n        return 1;\n    }',
    },
    {
      bug: 'takes transfers',
      find: 'function noop() external pure {}',
      replace: 'function noop() external pure {}\n    receive() external payable {}',
    },
    {
      bug: 'a fallback that nobody asked for',
      find: 'function noop() external pure {}',
      replace: 'function noop() external pure {}\n    fallback() external {}',
    },
  ],
  'odd-product': [
    { bug: 'even numbers', find: 'result *= 2 * i - 1;', replace: 'result *= 2 * i;' },
    { bug: 'of none it is 0', find: '        result = 1;\n', replace: '        result = n == 0 ? 0 : 1;\n' },
    {
      bug: 'overflow reverts where it should wrap',
      find: '        unchecked {\n            for (uint64 i = 1; i <= n; ++i) {\n                result *= 2 * i - 1;\n            }\n        }',
      replace: '        for (uint64 i = 1; i <= n; ++i) {\n            result *= 2 * i - 1;\n        }',
    },
    { bug: 'off by one', find: 'i <= n; ++i', replace: 'i < n; ++i' },
    {
      bug: 'the error has no data',
      find: 'require(n <= LIMIT, InputTooLarge(n, LIMIT));',
      replace: 'require(n <= LIMIT);',
    },
  ],
  orderbook: [
    {
      bug: 'an order can be cancelled by anyone',
      find: '        require(order.owner == msg.sender, NotOwner(id));\n',
      replace: '',
    },
    {
      bug: 'an id that is open can be used again',
      find: '        require(orders[id].owner == address(0), OrderExists(id));\n',
      replace: '',
    },
    { bug: 'no event when an order is cancelled', find: '        emit Cancelled(id);\n', replace: '' },
    {
      bug: 'the price of the taker in the event',
      find: 'emit Filled(id, msg.sender, price, traded)',
      replace: 'emit Filled(id, order.owner, price, traded)',
    },
    {
      bug: 'a bid does not take an ask at its price',
      find: 'best > price : best < price',
      replace: 'best >= price : best < price',
    },
    {
      bug: 'the last order of a price stays at its end',
      find: '            level.last = order.previous;\n',
      replace: '',
    },
    {
      bug: 'a cancelled bid gives back its amount without the price',
      find: 'uint256(order.amount) * order.price',
      replace: 'uint256(order.amount)',
    },
  ],
  'prime-sieve': [
    { bug: '1 is a prime', find: 'uint256 i = 2; i < n', replace: 'uint256 i = 1; i < n' },
    { bug: 'reads one beyond the end', find: 'uint256 i = 2; i < n;', replace: 'uint256 i = 2; i <= n;' },
    {
      bug: 'squares of primes are primes',
      find: 'uint256 multiple = i * i;',
      replace: 'uint256 multiple = i * i + i;',
    },
    { bug: 'the last number below n is left out', find: 'uint256 i = 2; i < n;', replace: 'uint256 i = 2; i + 1 < n;' },
    { bug: 'no limit', find: '        require(n <= LIMIT, InputTooLarge(n, LIMIT));\n', replace: '' },
    { bug: 'the limit is twice as high', find: 'require(n <= LIMIT', replace: 'require(n <= 2 * LIMIT' },
  ],
  storage: [
    {
      bug: 'clears one cell too few',
      find: '                delete cells[start + i];',
      replace: '                if (i + 1 < count) delete cells[start + i];',
    },
    { bug: 'no event', find: '        emit Written(start, count);\n', replace: '' },
    { bug: 'swapped arguments of an event', find: 'emit Written(start, count)', replace: 'emit Written(count, start)' },
    { bug: 'one cell too few is allowed', find: 'if (count > COUNT_LIMIT)', replace: 'if (count >= COUNT_LIMIT)' },
    { bug: 'what is transient stays', find: 'uint256 private transient scratch', replace: 'uint256 private scratch' },
    {
      bug: 'the sum overflows',
      find: '            unchecked {\n                sum += cells[start + i];\n            }',
      replace: '            sum += cells[start + i];',
    },
  ],
  triangle: [
    { bug: 'off by one', find: 'i <= n; ++i', replace: 'i < n; ++i' },
    { bug: 'the wrong error argument', find: 'InputTooLarge(n, LIMIT)', replace: 'InputTooLarge(LIMIT, LIMIT)' },
    { bug: 'the limit itself is refused', find: 'require(n <= LIMIT', replace: 'require(n < LIMIT' },
    { bug: 'a parameter that is wider', find: 'function sum(uint64 n)', replace: 'function sum(uint32 n)' },
    {
      bug: 'a method that nobody knows of',
      find: '    /// The sum of 1 to n.',
      replace:
        '    function limit() external pure returns (uint256) {\n        return LIMIT;\n    }\n\n    /// The sum of 1 to n.',
    },
  ],
  'uint256-math': [
    {
      bug: 'the sum is not checked',
      find: '        return a + b;',
      replace: '        unchecked {\n            return a + b;\n        }',
    },
    {
      bug: 'the quotient is rounded up',
      find: '    function div(uint256 a, uint256 b) external pure returns (uint256) {\n        return a / b;',
      replace:
        '    function div(uint256 a, uint256 b) external pure returns (uint256) {\n        return Math.ceilDiv(a, b);',
    },
    {
      bug: 'the product overflows before the division',
      find: '        return Math.mulDiv(a, b, d);',
      replace: '        return (a * b) / d;',
    },
    {
      bug: 'a signed quotient that overflows',
      find: '        return a / b;\n    }\n\n    function shl',
      replace: '        unchecked {\n            return a / b;\n        }\n    }\n\n    function shl',
    },
    {
      bug: 'the root is rounded up',
      find: '        return Math.sqrt(a);',
      replace: '        return Math.sqrt(a, Math.Rounding.Ceil);',
    },
    { bug: 'shifts by the wrong argument', find: '        return a >> bits;', replace: '        return bits >> a;' },
    {
      bug: 'one round too few is allowed',
      find: 'require(rounds <= ROUND_LIMIT',
      replace: 'require(rounds < ROUND_LIMIT',
    },
  ],
  vault: [
    {
      bug: 'no check whether there is enough',
      find: '        require(available >= amount, InsufficientDeposit(msg.sender, available, amount));\n',
      replace: '',
    },
    {
      bug: 'anyone moves the tokens of others',
      find: '        require(msg.sender == keeper, NotKeeper(msg.sender));\n',
      replace: '',
    },
    { bug: 'the total is not lowered', find: '            totalDeposits -= amount;\n', replace: '' },
    {
      bug: 'the deposit of another account',
      find: 'depositOf[msg.sender] += amount;',
      replace: 'depositOf[address(this)] += amount;',
    },
    {
      bug: 'swapped arguments of an event',
      find: 'emit Rebalanced(from, to, amount)',
      replace: 'emit Rebalanced(to, from, amount)',
    },
    {
      bug: 'the error does not say whose deposit',
      find: 'InsufficientDeposit(msg.sender, available, amount)',
      replace: 'InsufficientDeposit(address(this), available, amount)',
    },
  ],
  escrow: [
    {
      bug: 'a transfer has no event',
      find: '    receive() external payable {\n        accept(msg.sender);',
      replace:
        '    receive() external payable {\n        depositOf[msg.sender] += msg.value;\n        total += msg.value;',
    },
    { bug: 'a wrong reason of the fallback', find: 'revert UnknownMethod();', replace: 'revert NothingSent();' },
    {
      bug: 'a method that nobody knows of',
      find: '    function accept(',
      replace: '    function sweep(address to) external {\n        send(to, total);\n    }\n\n    function accept(',
    },
    { bug: 'nothing can be deposited', find: '        require(msg.value != 0, NothingSent());\n', replace: '' },
    {
      bug: 'refunds a second too late',
      find: 'require(block.timestamp >= deadline',
      replace: 'require(block.timestamp > deadline',
    },
    {
      bug: 'anyone extends',
      find: '        require(msg.sender == arbiter, NotArbiter(msg.sender));\n        deadline',
      replace: '        deadline',
    },
    { bug: 'pays twice what is taken', find: 'to.call{value: amount}', replace: 'to.call{value: 2 * amount}' },
    { bug: 'the total is not lowered', find: '            total -= amount;\n', replace: '' },
    {
      bug: 'the fallback takes value',
      find: '    fallback() external {',
      replace: '    fallback() external payable {',
    },
    {
      bug: 'empty call data ends in the fallback',
      find: '    receive() external payable {\n        accept(msg.sender);\n    }\n\n',
      replace: '',
    },
  ],
  'composite-types': [
    {
      bug: 'a struct is checked when the call begins, and not when it is read',
      find: 'function shiftOf(Batch calldata batch)',
      replace: 'function shiftOf(Batch memory batch)',
    },
    {
      bug: 'a list is checked when it is read, and not when the call begins',
      find: 'function notional(Order[] memory orders)',
      replace: 'function notional(Order[] calldata orders)',
    },
    { bug: 'another member of a struct', find: 'return notes[i].text;', replace: 'return string(notes[i].text[:0]);' },
    { bug: 'a row for a column', find: 'turned[j][i] = grid[i][j]', replace: 'turned[i][j] = grid[i][j]' },
    {
      bug: 'a struct is data and no topic',
      find: 'Order indexed order, uint16[] indexed marks, Note[2] pair',
      replace: 'Order order, uint16[] indexed marks, Note[2] pair',
    },
    {
      bug: 'the constructor counts a struct twice',
      find: 'paid = msg.value + order.price',
      replace: 'paid = msg.value + 2 * order.price',
    },
  ],
  'packed-storage': [
    {
      bug: 'two variables of a slot are swapped',
      find: '    uint64 b; // 0, 16\n    bool c; // 0, 24\n',
      replace: '    bool c;\n    uint64 b;\n',
    },
    {
      bug: 'a struct is laid out otherwise',
      find: '        uint64 size;\n        bool isBid;\n        address maker;\n        bytes4 tag;\n',
      replace: '        uint64 size;\n        bool isBid;\n        bytes4 tag;\n        address maker;\n',
    },
    {
      bug: 'a popped word is not cleared',
      find: '{ words.pop(); }',
      replace:
        '{ uint256 x = words[words.length - 1]; words.pop(); words.push(x); assembly { sstore(words.slot, sub(sload(words.slot), 1)) } }',
    },
    {
      bug: 'a popped number of a shared slot is not cleared',
      find: 'function popSmall() external { smalls.pop(); }',
      replace:
        'function popSmall() external { uint16 x = smalls[smalls.length - 1]; smalls.pop(); smalls.push(x); assembly { sstore(smalls.slot, sub(sload(smalls.slot), 1)) } }',
    },
    {
      bug: 'a list that gets shorter leaves its last elements',
      find: 'function setWords(uint256[] memory xs) external { words = xs; }',
      replace:
        'function setWords(uint256[] memory xs) external { assembly { sstore(words.slot, 0) } for (uint256 i = 0; i < xs.length; i++) words.push(xs[i]); }',
    },
    {
      bug: 'bytes that are deleted leave what was long',
      find: '{ delete blob; }',
      replace: '{ assembly { sstore(blob.slot, 0) } }',
    },
    {
      bug: 'deleting a struct leaves its array',
      find: '{ delete profiles[who]; }',
      replace: '{ uint8[5] memory kept = profiles[who].grades; delete profiles[who]; profiles[who].grades = kept; }',
    },
    {
      bug: 'a key is hashed in place of used',
      find: 'named[name] = x;',
      replace: 'named[string(abi.encode(name))] = x;',
    },
  ],
};
