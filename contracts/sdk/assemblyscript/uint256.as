import { allocate } from "./memory";
import { PANIC_ARITHMETIC, panic } from "./revert";

/** An unsigned 256-bit integer: as much of it as the contracts need. Operators wrap, as in an `unchecked` block. */
@unmanaged
@final
export class Uint256 {
  /** Least significant first. */
  limb0: u64;
  limb1: u64;
  limb2: u64;
  limb3: u64;

  static of(limb0: u64, limb1: u64, limb2: u64, limb3: u64): Uint256 {
    const value = changetype<Uint256>(allocate(32));
    value.limb0 = limb0;
    value.limb1 = limb1;
    value.limb2 = limb2;
    value.limb3 = limb3;
    return value;
  }

  /** Reads 32 big-endian bytes. */
  static load(data: usize): Uint256 {
    return Uint256.of(bswap(load<u64>(data, 24)), bswap(load<u64>(data, 16)), bswap(load<u64>(data, 8)), bswap(load<u64>(data)));
  }

  /** Writes 32 big-endian bytes. */
  store(dest: usize): void {
    store<u64>(dest, bswap(this.limb3));
    store<u64>(dest, bswap(this.limb2), 8);
    store<u64>(dest, bswap(this.limb1), 16);
    store<u64>(dest, bswap(this.limb0), 24);
  }

  get fitsU64(): bool {
    return (this.limb1 | this.limb2 | this.limb3) == 0;
  }

  get isMax(): bool {
    return (this.limb0 & this.limb1 & this.limb2 & this.limb3) == u64.MAX_VALUE;
  }

  @operator("+")
  plus(other: Uint256): Uint256 {
    const limb0 = this.limb0 + other.limb0;
    let carry = u64(limb0 < this.limb0);
    const part1 = this.limb1 + other.limb1;
    const limb1 = part1 + carry;
    carry = u64(part1 < this.limb1) | u64(limb1 < part1);
    const part2 = this.limb2 + other.limb2;
    const limb2 = part2 + carry;
    carry = u64(part2 < this.limb2) | u64(limb2 < part2);
    return Uint256.of(limb0, limb1, limb2, this.limb3 + other.limb3 + carry);
  }

  @operator("-")
  minus(other: Uint256): Uint256 {
    let borrow = u64(this.limb0 < other.limb0);
    const part1 = this.limb1 - other.limb1;
    const limb1 = part1 - borrow;
    borrow = u64(this.limb1 < other.limb1) | u64(part1 < borrow);
    const part2 = this.limb2 - other.limb2;
    const limb2 = part2 - borrow;
    borrow = u64(this.limb2 < other.limb2) | u64(part2 < borrow);
    return Uint256.of(this.limb0 - other.limb0, limb1, limb2, this.limb3 - other.limb3 - borrow);
  }

  @operator("<")
  isBelow(other: Uint256): bool {
    if (this.limb3 != other.limb3) return this.limb3 < other.limb3;
    if (this.limb2 != other.limb2) return this.limb2 < other.limb2;
    if (this.limb1 != other.limb1) return this.limb1 < other.limb1;
    return this.limb0 < other.limb0;
  }

  /** The sum, as `+` in Solidity: panics where it does not fit. */
  plusChecked(other: Uint256): Uint256 {
    const sum = this + other;
    if (sum < other) panic(PANIC_ARITHMETIC);
    return sum;
  }
}
