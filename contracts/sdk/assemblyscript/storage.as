// State variables at the slots that solc gives them.
// https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
import { Bytes } from "./abi";
import { storage_cache_bytes32, storage_load_bytes32 } from "./host";
import { allocate } from "./memory";
import { Uint256 } from "./uint256";
import { keccak256, Word } from "./word";

export function loadUint256(slot: Word): Uint256 {
  const word = Word.zero();
  storage_load_bytes32(slot.data, word.data);
  return Uint256.load(word.data);
}

export function storeUint256(slot: Word, value: Uint256): void {
  const word = Word.zero();
  value.store(word.data);
  storage_cache_bytes32(slot.data, word.data);
}

/** The slot of a mapping's entry: keccak256(key . slot). */
export function entry(mapping: Word, key: Word): Word {
  const preimage = allocate(64);
  memory.copy(preimage, key.data, 32);
  memory.copy(preimage + 32, mapping.data, 32);
  return keccak256(preimage, 64);
}

/**
 * A string. Up to 31 bytes lie in the slot itself, with twice the length in its last byte; a longer one at
 * keccak256(slot) and after, with twice the length plus one in the slot.
 */
export function loadString(slot: Word): Bytes {
  const header = Word.zero();
  storage_load_bytes32(slot.data, header.data);
  const last = load<u8>(header.data, 31);
  if ((last & 1) == 0) return Bytes.at(header.data, last / 2);
  const size = <usize>(Uint256.load(header.data).limb0 / 2);
  const text = allocate((size + 31) / 32 * 32);
  const key = Word.zero();
  const one = Uint256.of(1, 0, 0, 0);
  let part = firstPart(slot);
  for (let at: usize = 0; at < size; at += 32) {
    part.store(key.data);
    storage_load_bytes32(key.data, text + at);
    part = part + one;
  }
  return Bytes.at(text, size);
}

/** Only into an empty slot: what a longer string left behind is not cleared. */
export function initializeString(slot: Word, text: Bytes): void {
  const header = Word.zero();
  if (text.size < 32) {
    memory.copy(header.data, text.data, text.size);
    store<u8>(header.data, <u8>(2 * text.size), 31);
    storage_cache_bytes32(slot.data, header.data);
    return;
  }
  storage_cache_bytes32(slot.data, Word.of(2 * <u64>text.size + 1).data);
  const key = Word.zero();
  const one = Uint256.of(1, 0, 0, 0);
  let part = firstPart(slot);
  for (let at: usize = 0; at < text.size; at += 32) {
    const word = Word.zero();
    memory.copy(word.data, text.data + at, min<usize>(text.size - at, 32));
    part.store(key.data);
    storage_cache_bytes32(key.data, word.data);
    part = part + one;
  }
}

function firstPart(slot: Word): Uint256 {
  return Uint256.load(keccak256(slot.data, 32).data);
}
