/** Codes of host failure. Stable: the CLI and CI match on them. */
export type EngineErrorCode =
  | 'bad-argument' // a value of the wrong type or size, a gas limit out of range, an unknown snapshot, a closed world
  | 'wrong-backend' // a program of one backend handed to another
  | 'no-code' // the contract has nothing for this machine, or nothing that it can build
  | 'not-deployed' // the contract, or one that it needs, does not deploy
  | 'backend-unavailable' // a compiler, package or platform is missing
  | 'broken-world' // a host failure left this world half changed, or a change of it is still under way
  | 'host-memory' // the engine could not get memory that the guest was entitled to
  | 'host-stack' // too little native stack to begin, or it overflowed although the stack budget was not spent
  | 'machine-lost' // the process that a machine ran in has ended, and the world with it
  | 'tracer-failed' // a tracer threw: its error is the cause
  | 'unknown-trap' // the unmetered twin trapped in words that `trap-map.ts` does not know
  | 'internal'; // an invariant of ours is broken

/**
 * Host failure: our bug, bad usage, or an engine out of real memory or stack. Thrown, never an outcome, never committed.
 *
 * @example
 * const error: unknown = await world.restore(1000).catch((reason: unknown) => reason);
 * console.log(error instanceof EngineError && error.code); // bad-argument
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
