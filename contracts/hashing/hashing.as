// The hash functions of hashing.cpp, method for method.
import { Arguments, Encoding, readInput, returnWord, revertEncoded } from "../sdk/assemblyscript/abi";
import { blake2b256 } from "../sdk/assemblyscript/blake2b";
import { native_keccak256 } from "../sdk/assemblyscript/host";
import { keccak256 } from "../sdk/assemblyscript/keccak";
import { sha256 } from "../sdk/assemblyscript/sha256";
import { Uint256 } from "../sdk/assemblyscript/uint256";
import { Word } from "../sdk/assemblyscript/word";

const ROUND_LIMIT: u64 = 100;

/** TooManyRounds(uint256,uint256) */
const TOO_MANY_ROUNDS: u32 = 0x4757d96b;

enum Hash {
  Sha256,
  Blake2b,
  Keccak,
  KeccakInHost,
}

/** `digest` is 32 bytes and may overlap the data. */
function hash(by: Hash, data: usize, size: usize, digest: usize): void {
  switch (by) {
    case Hash.Sha256:
      return sha256(data, size, digest);
    case Hash.Blake2b:
      return blake2b256(data, size, digest);
    case Hash.Keccak:
      return keccak256(data, size, digest);
    case Hash.KeccakInHost:
      return native_keccak256(data, size, digest);
  }
}

function once(by: Hash, args: Arguments): i32 {
  const data = args.bytes(0);
  const digest = Word.zero();
  hash(by, data.data, data.size, digest.data);
  returnWord(digest);
  return 0;
}

/** The hash of the hash, and so on: `rounds` times. None gives the seed. */
function chain(by: Hash, args: Arguments): i32 {
  const digest = Word.copy(args.word(0).data);
  const rounds = args.uint256(1);
  const limit = Uint256.of(ROUND_LIMIT, 0, 0, 0);
  if (limit < rounds) revertEncoded(Encoding.withRoomFor(2).selector(TOO_MANY_ROUNDS).uint256(rounds).uint256(limit));
  for (let left = rounds.limb0; left > 0; left--) hash(by, digest.data, 32, digest.data);
  returnWord(digest);
  return 0;
}

export function user_entrypoint(size: usize): i32 {
  if (size < 4) return 1;
  const input = readInput(size);
  const args = Arguments.at(input + 4, size - 4);
  switch (bswap(load<u32>(input))) {
    case 0x40c46e92: // sha256Guest(bytes)
      return once(Hash.Sha256, args);
    case 0xa3c12819: // blake2bGuest(bytes)
      return once(Hash.Blake2b, args);
    case 0xb5cc9c52: // keccakGuest(bytes)
      return once(Hash.Keccak, args);
    case 0x609e3f93: // keccakHost(bytes)
      return once(Hash.KeccakInHost, args);
    case 0x75b3ba54: // sha256GuestRounds(bytes32,uint256)
      return chain(Hash.Sha256, args);
    case 0x24675ab5: // blake2bGuestRounds(bytes32,uint256)
      return chain(Hash.Blake2b, args);
    case 0x7a404488: // keccakGuestRounds(bytes32,uint256)
      return chain(Hash.Keccak, args);
    case 0x120f917a: // keccakHostRounds(bytes32,uint256)
      return chain(Hash.KeccakInHost, args);
  }
  return 1;
}
