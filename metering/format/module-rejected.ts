/** Why a module was refused. Stable: tests, tools and CI jobs match on these. */
export type RejectionCode =
  | 'malformed' // bytes that are not the binary format
  | 'invalid' // well-formed, but does not type-check
  | 'unsupported' // an opcode, section, type or proposal outside the allow-list
  | 'import-not-allowed'
  | 'export-not-allowed' // a reserved name, a missing or mistyped entry point
  | 'start-not-allowed'
  | 'limit-exceeded';

/**
 * A module that Trimeter will not run, found before any of it executed.
 * `offset` is the byte in the module; `limit` and `actual` say what was expected and what was seen.
 *
 * @example
 * const code = { name: 'cut', wasm: { bytes: erc20.wasm.subarray(0, 100), abi: stylusAbi } };
 * const error: unknown = await backend.prepare(code).catch((reason: unknown) => reason);
 * if (error instanceof ModuleRejected) console.log(error.code, error.offset); // malformed 37
 */
export class ModuleRejected extends Error {
  override readonly name = 'ModuleRejected';
  readonly code: RejectionCode;
  readonly offset: number;
  readonly limit: string;
  readonly actual: string;

  constructor(code: RejectionCode, offset: number, limit: string | number, actual: string | number) {
    super(`${code} at byte ${offset}: expected ${limit}, found ${actual}`);
    this.code = code;
    this.offset = offset;
    this.limit = String(limit);
    this.actual = String(actual);
  }
}
