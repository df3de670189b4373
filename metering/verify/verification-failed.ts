/** What could not be established. Stable: tests, tools and CI jobs match on these. */
export type VerificationCode =
  | 'malformed' // bytes that are no module of the allowed subset
  | 'surroundings' // types, imports, tables, memories, globals, exports, segments are not as they have to be
  | 'guest-code' // what is left without the injected code is not the guest's code
  | 'injected-state' // code of no known form touches what was injected
  | 'helper' // the body of an injected function
  | 'counter' // the counter is looked at, or changed, where it is not
  | 'unbalanced' // what was charged is not what was run
  | 'unchecked' // a cycle, a call or an end that a check should come before
  | 'trip-count' // the charge for all iterations of a loop, or that these are its iterations
  | 'stack' // a frame is not taken, not passed on or not given back
  | 'writes' // a store that is not marked, where writes are tracked
  | 'overdraft'; // no bound on what runs unpaid

/**
 * Instrumented code that could not be shown to be right: a bug in the injector, in the verifier, or other bytes.
 *
 * @example
 * const { costs, limits } = flatV2Schedule;
 * const options = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy: 'global' } as const;
 * const { bytes, names } = instrument(erc20.wasm, options);
 * try {
 *   verifyInstrumented(erc20.wasm, { bytes, names }, { ...options, costs: calibratedV1 });
 * } catch (error) {
 *   console.log(error instanceof VerificationFailed && error.code); // helper
 * }
 */
export class VerificationFailed extends Error {
  override readonly name = 'VerificationFailed';
  readonly code: VerificationCode;
  /** Among all functions of the module; `undefined` for what is outside of functions. */
  readonly functionIndex: number | undefined;
  /** Of the byte in the instrumented module. */
  readonly offset: number;
  readonly expected: string;
  readonly actual: string;

  constructor(
    code: VerificationCode,
    functionIndex: number | undefined,
    offset: number,
    expected: string,
    actual: string | number,
  ) {
    const place = functionIndex === undefined ? '' : ` in function ${functionIndex}`;
    super(`${code} at byte ${offset}${place}: expected ${expected}, found ${actual}`);
    this.code = code;
    this.functionIndex = functionIndex;
    this.offset = offset;
    this.expected = expected;
    this.actual = String(actual);
  }
}
