/** The block a call runs in. Always passed in, never read from the surroundings. */
export interface BlockContext {
  readonly chainId: bigint;
  readonly number: bigint;
  /** Seconds. */
  readonly timestamp: bigint;
  readonly gasLimit: bigint;
  /** Wei per gas. */
  readonly baseFee: bigint;
  /** 20 bytes. */
  readonly coinbase: Uint8Array;
}

/** A fixed block for tests and examples. Its bytes are new ones every time, as nothing can freeze them. */
export const defaultBlock: BlockContext = Object.freeze({
  chainId: 1n,
  number: 1n,
  timestamp: 1_700_000_000n,
  gasLimit: 30_000_000n,
  baseFee: 0n,
  get coinbase(): Uint8Array {
    return new Uint8Array(20);
  },
});

/** A call from outside. */
export interface CallMessage {
  /** 20 bytes. */
  readonly caller: Uint8Array;
  /** 20 bytes. */
  readonly to: Uint8Array;
  /** Wei. */
  readonly value: bigint;
  /** At most 128 KiB, on every machine. */
  readonly input: Uint8Array;
  /** 0 to 2^62, in the unit of the backend's schedule. */
  readonly gasLimit: bigint;
}

/** A deployment from outside. `input` is the constructor's encoded arguments (for ink!: selector and arguments). */
export interface DeployMessage {
  readonly deployer: Uint8Array;
  readonly value: bigint;
  readonly input: Uint8Array;
  readonly gasLimit: bigint;
}
