/** A row of the hostile catalogue: something that an attacker may hand over, and how it must end on every machine. */
export interface HostileRow {
  /** Of the kind of attack: M of modules, R of what runs, H of host calls, J of names and texts; then a number of its own. */
  readonly id: string;
  readonly what: string;
  readonly make: () => Uint8Array | Promise<Uint8Array>;
  /**
   * `malformed`, `limit-exceeded locals...`: refused with that code, the limit beginning so. `trap OutOfGas 50000`, `success 7`,
   * `revert 7`: how a call ends and the gas it used.
   */
  readonly ends: string;
  readonly input?: Uint8Array;
  readonly gasLimit?: bigint;
  readonly value?: bigint;
}
