// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// Tokens that their locked owners vote about. Every change of somebody's votes leaves a checkpoint with its block, and a
/// proposal counts the votes of the block in which it was made. What is carried is paid by a call into the token.
contract Treasury {
    using Checkpoints for Checkpoints.Trace208;

    uint256 private constant VOTING_PERIOD = 10;
    uint256 private constant QUORUM_PERCENT = 4;
    uint256 private constant ADVANCE_LIMIT = 1_000_000;

    enum State {
        Unknown,
        Pending,
        Active,
        Defeated,
        Succeeded,
        Executed
    }

    struct Proposal {
        address recipient;
        /// The block whose votes count. Voting is open in those after it, up to the deadline.
        uint48 snapshot;
        uint48 deadline;
        uint256 amount;
        uint256 votesFor;
        uint256 votesAgainst;
        bool isExecuted;
    }

    IERC20 public token;
    /// By how many blocks the clock is ahead of the chain.
    uint256 private ahead;
    mapping(address account => Checkpoints.Trace208) private votes;
    Checkpoints.Trace208 private totalVotes;
    mapping(uint256 id => Proposal) private proposals;
    /// By proposal and snapshot: 1 for a vote against, 2 for a vote in favour.
    mapping(uint256 id => mapping(uint256 snapshot => mapping(address voter => uint8))) private ballots;

    event Locked(address indexed account, uint256 amount);
    event Unlocked(address indexed account, uint256 amount);
    event Proposed(uint256 indexed id, address indexed proposer, address recipient, uint256 amount, uint64 deadline);
    event VoteCast(uint256 indexed id, address indexed voter, bool inFavour, uint256 weight);
    event Executed(uint256 indexed id);

    error FutureLookup(uint256 timepoint, uint64 clock);
    error InsufficientTreasury(uint256 available, uint256 needed);
    error InsufficientVotes(address account, uint256 available, uint256 needed);
    error TooManyBlocks(uint256 count, uint256 limit);
    error TransferFailed();
    error UnexpectedState(uint256 id, State state);

    constructor(IERC20 token_) {
        token = token_;
    }

    /// The block number, as ERC-6372 has it.
    function clock() public view returns (uint64) {
        return uint64(block.number + ahead);
    }

    /// Lets blocks pass for this contract. Open to anyone: votes here are for tests.
    function advance(uint256 count) external {
        require(count <= ADVANCE_LIMIT, TooManyBlocks(count, ADVANCE_LIMIT));
        ahead += count;
    }

    function lock(uint256 amount) external {
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
        record(votes[msg.sender], votes[msg.sender].latest() + amount);
        record(totalVotes, totalVotes.latest() + amount);
        emit Locked(msg.sender, amount);
    }

    function unlock(uint256 amount) external {
        uint256 available = votes[msg.sender].latest();
        require(available >= amount, InsufficientVotes(msg.sender, available, amount));
        record(votes[msg.sender], available - amount);
        record(totalVotes, totalVotes.latest() - amount);
        require(token.transfer(msg.sender, amount), TransferFailed());
        emit Unlocked(msg.sender, amount);
    }

    /// @param id chosen by the caller; that of a proposal that is over may be used again
    function propose(uint256 id, address recipient, uint256 amount) external {
        uint256 available = votes[msg.sender].latest();
        require(available != 0, InsufficientVotes(msg.sender, 0, 1));
        State state = stateOf(id);
        require(state != State.Pending && state != State.Active && state != State.Succeeded, UnexpectedState(id, state));
        uint64 now_ = clock();
        uint64 deadline = now_ + uint64(VOTING_PERIOD);
        proposals[id] = Proposal(recipient, uint48(now_), uint48(deadline), amount, 0, 0, false);
        emit Proposed(id, msg.sender, recipient, amount, deadline);
    }

    /// A vote may be changed as long as voting is open.
    function castVote(uint256 id, bool inFavour) external returns (uint256 weight) {
        State state = stateOf(id);
        require(state == State.Active, UnexpectedState(id, state));
        Proposal storage proposal = proposals[id];
        weight = votes[msg.sender].upperLookup(proposal.snapshot);
        require(weight != 0, InsufficientVotes(msg.sender, 0, 1));
        uint8 before = ballots[id][proposal.snapshot][msg.sender];
        if (before == 1) proposal.votesAgainst -= weight;
        if (before == 2) proposal.votesFor -= weight;
        if (inFavour) {
            proposal.votesFor += weight;
        } else {
            proposal.votesAgainst += weight;
        }
        ballots[id][proposal.snapshot][msg.sender] = inFavour ? 2 : 1;
        emit VoteCast(id, msg.sender, inFavour, weight);
    }

    /// Pays from what the contract has beside the locked tokens.
    function execute(uint256 id) external {
        State state = stateOf(id);
        require(state == State.Succeeded, UnexpectedState(id, state));
        Proposal storage proposal = proposals[id];
        uint256 available = token.balanceOf(address(this)) - totalVotes.latest();
        uint256 amount = proposal.amount;
        require(available >= amount, InsufficientTreasury(available, amount));
        proposal.isExecuted = true;
        require(token.transfer(proposal.recipient, amount), TransferFailed());
        emit Executed(id);
    }

    function getVotes(address account) external view returns (uint256) {
        return votes[account].latest();
    }

    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        return votes[account].upperLookup(past(timepoint));
    }

    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return totalVotes.upperLookup(past(timepoint));
    }

    function stateOf(uint256 id) public view returns (State) {
        Proposal storage proposal = proposals[id];
        uint256 snapshot = proposal.snapshot;
        uint256 deadline = proposal.deadline;
        if (deadline == 0) return State.Unknown;
        if (proposal.isExecuted) return State.Executed;
        uint256 now_ = clock();
        if (now_ <= snapshot) return State.Pending;
        if (now_ <= deadline) return State.Active;
        uint256 votesFor = proposal.votesFor;
        uint256 quorum = (totalVotes.upperLookup(uint48(snapshot)) * QUORUM_PERCENT) / 100;
        bool isCarried = votesFor > proposal.votesAgainst && votesFor >= quorum;
        return isCarried ? State.Succeeded : State.Defeated;
    }

    function tally(uint256 id) external view returns (uint256 votesFor, uint256 votesAgainst) {
        return (proposals[id].votesFor, proposals[id].votesAgainst);
    }

    function record(Checkpoints.Trace208 storage trace, uint256 value) private {
        trace.push(uint48(clock()), SafeCast.toUint208(value));
    }

    function past(uint256 timepoint) private view returns (uint48) {
        uint64 now_ = clock();
        require(timepoint < now_, FutureLookup(timepoint, now_));
        return uint48(timepoint);
    }
}
