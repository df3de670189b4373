import { msg_sender, native_keccak256 } from "./host";
import { allocate } from "./memory";

/** 32 bytes as they lie in calldata, storage and topics. An instance is a pointer to them. */
@unmanaged
@final
export class Word {
  part0: u64;
  part1: u64;
  part2: u64;
  part3: u64;

  static zero(): Word {
    return changetype<Word>(allocate(32));
  }

  /** The big-endian word of a small number, such as a slot. */
  static of(number: u64): Word {
    const word = Word.zero();
    word.part3 = bswap(number);
    return word;
  }

  static copy(data: usize): Word {
    const word = Word.zero();
    memory.copy(word.data, data, 32);
    return word;
  }

  get data(): usize {
    return changetype<usize>(this);
  }

  get isZero(): bool {
    return (this.part0 | this.part1 | this.part2 | this.part3) == 0;
  }

  /** Whether it is an address: twelve zero bytes come first. */
  get isAddress(): bool {
    return (this.part0 | (this.part1 & 0xffffffff)) == 0;
  }
}

/** An account, as the word that calldata, mapping keys and topics want. */
export type Address = Word;

export function msgSender(): Address {
  const account = Word.zero();
  msg_sender(account.data + 12);
  return account;
}

export function keccak256(data: usize, size: usize): Word {
  const digest = Word.zero();
  native_keccak256(data, size, digest.data);
  return digest;
}
