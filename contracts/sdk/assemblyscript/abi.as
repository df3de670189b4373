// Solidity's call encoding (https://docs.soliditylang.org/en/latest/abi-spec.html), as strict as solc's decoder: what that
// refuses reverts here, equally without data.
import { msg_value, read_args, write_result } from "./host";
import { allocate } from "./memory";
import { revert, revertWith } from "./revert";
import { Uint256 } from "./uint256";
import { Address, Word } from "./word";

/** Bytes that lie somewhere in memory: `bytes calldata`, `string calldata`. */
@unmanaged
@final
export class Bytes {
  data: usize;
  size: usize;

  static at(data: usize, size: usize): Bytes {
    const bytes = changetype<Bytes>(allocate(offsetof<Bytes>()));
    bytes.data = data;
    bytes.size = size;
    return bytes;
  }
}

/** The input of a call. Refuses value: no contract here is payable. */
export function readInput(size: usize): usize {
  const value = Word.zero();
  msg_value(value.data);
  if (!value.isZero) revert();
  const input = allocate(size);
  read_args(input);
  return input;
}

/** The encoded arguments of a call. Each is known by its place in the list, and checked when it is read. */
@unmanaged
@final
export class Arguments {
  data: usize;
  size: usize;

  static at(data: usize, size: usize): Arguments {
    const encoded = changetype<Arguments>(allocate(offsetof<Arguments>()));
    encoded.data = data;
    encoded.size = size;
    return encoded;
  }

  word(index: usize): Word {
    if (this.size < 32 * (index + 1)) revert();
    return changetype<Word>(this.data + 32 * index);
  }

  address(index: usize): Address {
    const word = this.word(index);
    if (!word.isAddress) revert();
    return word;
  }

  uint256(index: usize): Uint256 {
    return Uint256.load(this.word(index).data);
  }

  bytes(index: usize): Bytes {
    const place = this.uint256(index);
    if (!place.fitsU64 || place.limb0 > <u64>(this.size - 32)) revert();
    const tail = <usize>place.limb0;
    const count = Uint256.load(this.data + tail);
    if (!count.fitsU64 || count.limb0 > <u64>(this.size - 32 - tail)) revert();
    return Bytes.at(this.data + tail + 32, <usize>count.limb0);
  }
}

/** Values behind each other in a buffer that has room for them: what a call returns, reverts with or logs. */
@unmanaged
@final
export class Encoding {
  start: usize;
  end: usize;

  static withRoomFor(words: usize): Encoding {
    const encoding = changetype<Encoding>(allocate(offsetof<Encoding>()));
    // A selector needs room too.
    encoding.start = allocate(32 * words + 4);
    encoding.end = encoding.start;
    return encoding;
  }

  selector(selector: u32): Encoding {
    store<u32>(this.end, bswap(selector));
    this.end += 4;
    return this;
  }

  word(word: Word): Encoding {
    memory.copy(this.end, word.data, 32);
    this.end += 32;
    return this;
  }

  uint256(value: Uint256): Encoding {
    value.store(this.end);
    this.end += 32;
    return this;
  }

  get size(): usize {
    return this.end - this.start;
  }
}

/** The errors that a contract declares: this selector and these arguments. Does not return. */
export function revertEncoded(error: Encoding): void {
  revertWith(error.start, error.size);
}

export function returnWord(word: Word): void {
  write_result(word.data, 32);
}

export function returnUint256(value: Uint256): void {
  const word = Word.zero();
  value.store(word.data);
  returnWord(word);
}

/** A small number, or a truth value as 0 or 1. */
export function returnNumber(number: u64): void {
  returnWord(Word.of(number));
}

export function returnBytes(bytes: Bytes): void {
  const size: usize = 64 + (bytes.size + 31) / 32 * 32;
  const data = allocate(size);
  store<u8>(data, 32, 31);
  Uint256.of(bytes.size, 0, 0, 0).store(data + 32);
  memory.copy(data + 64, bytes.data, bytes.size);
  write_result(data, size);
}
