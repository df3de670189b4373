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

/**
 * A fixed block for tests and examples. Its bytes are new ones every time, as nothing can freeze them.
 *
 * @example
 * const later = await backend.createWorld({ ...defaultBlock, timestamp: defaultBlock.timestamp + 60n });
 * console.log(defaultBlock.chainId, defaultBlock.timestamp); // 1n 1700000000n
 * await later.close();
 */
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
  /** Wei. Default 0. */
  readonly value?: bigint;
  /** At most 128 KiB, on every machine. Default none. */
  readonly input?: Uint8Array;
  /** 0 to 2^62, in the unit of the backend's schedule. Default `defaultGasLimit`. */
  readonly gasLimit?: bigint;
}

/** A deployment from outside. */
export interface DeployMessage {
  /** 20 bytes. */
  readonly deployer: Uint8Array;
  /** Wei. Default 0. */
  readonly value?: bigint;
  /** The constructor's encoded arguments (for ink!: selector and arguments), at most 128 KiB. Default none. */
  readonly input?: Uint8Array;
  /** As of a call. */
  readonly gasLimit?: bigint;
}

/** What a machine is handed: nothing is left to a default. */
export type FullCallMessage = Required<CallMessage>;
export type FullDeployMessage = Required<DeployMessage>;

/**
 * For calls and deployments that name no limit: more than any call of a bundled contract uses, in any machine's unit, and so
 * little that an endless loop ends, in a minute even in the reference interpreter.
 *
 * @example
 * const outcome = await world.call({ caller: bob, to: token, gasLimit: defaultGasLimit / 100n });
 * console.log(defaultGasLimit, outcome.status); // 1000000000n revert
 */
export const defaultGasLimit = 1_000_000_000n;
