/** What can be seen of a running frame from outside while it is observed. */
export interface GuestView {
  gasLeft(): bigint;
  /** As it is now: neither kept nor changed by whoever looks. */
  memory(): Uint8Array;
  /** The guest's own, all of them; i32 as signed numbers, i64 as bigints. */
  globals(): readonly (number | bigint)[];
}

/**
 * Is told what guests do, at places that `docs/gas.md` defines and that are the same on every machine: every block that costs
 * something, once it is paid for and before its first instruction runs; and if it wants them, the values that instructions
 * leave on the stack, but for constants and what `local.tee` lets lie there.
 */
export interface GuestObserver {
  readonly detail: 'blocks' | 'values';
  /** Function index and offset (of the block's first instruction) in the original module. */
  block(view: GuestView, functionIndex: number, at: number): void;
  /** The offset is that of the instruction; of a call whose result it is, too. */
  value(view: GuestView, at: number, value: number | bigint): void;
}
