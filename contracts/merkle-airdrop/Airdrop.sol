// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// Amounts that accounts claim with a Merkle proof, each once in a round. Proofs and leaves are OpenZeppelin's: pairs are
/// sorted before they are hashed, and a leaf is hashed twice.
contract Airdrop is Ownable {
    using BitMaps for BitMaps.BitMap;

    bytes32 public root;
    uint256 public round;
    mapping(uint256 round => BitMaps.BitMap) private claimed;
    mapping(address account => uint256) public balanceOf;

    event RoundStarted(uint256 indexed round, bytes32 root);
    event Claimed(uint256 indexed index, address indexed account, uint256 amount);

    error AlreadyClaimed(uint256 index);
    error InvalidProof();

    constructor() Ownable(msg.sender) {}

    /// From here on proofs lead to this root, and nothing is claimed yet.
    function startRound(bytes32 newRoot) external onlyOwner {
        root = newRoot;
        round += 1;
        emit RoundStarted(round, newRoot);
    }

    function claim(uint256 index, address account, uint256 amount, bytes32[] calldata proof) external {
        BitMaps.BitMap storage claims = claimed[round];
        require(!claims.get(index), AlreadyClaimed(index));
        require(verify(index, account, amount, proof), InvalidProof());
        claims.set(index);
        balanceOf[account] += amount;
        emit Claimed(index, account, amount);
    }

    function isClaimed(uint256 index) external view returns (bool) {
        return claimed[round].get(index);
    }

    function verify(uint256 index, address account, uint256 amount, bytes32[] calldata proof)
        public
        view
        returns (bool)
    {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(index, account, amount))));
        return MerkleProof.verifyCalldata(proof, root, leaf);
    }
}
