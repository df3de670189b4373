/** Static limits on a module, and the two budgets it runs under. Every bound is inclusive. */
export interface ModuleLimits {
  readonly moduleBytes: number;
  readonly types: number;
  readonly functions: number;
  readonly importedFunctions: number;
  readonly globals: number;
  readonly exports: number;
  readonly nameBytes: number;
  readonly dataSegments: number;
  readonly elementSegments: number;
  readonly tableSize: number;
  readonly params: number;
  readonly totalParams: number;
  readonly localsPerFunction: number;
  readonly totalLocals: number;
  readonly bodyBytes: number;
  readonly instructionsPerFunction: number;
  readonly nesting: number;
  readonly brTableLabels: number;
  readonly totalBrTableLabels: number;
  /**
   * Sum over functions of (parameters + locals) x branches: the compile-time cost of V8's baseline tier. Every
   * instruction that ends a basic block is a branch (it gets a check of its own), and every label of a br_table.
   */
  readonly localsTimesBranches: number;
  readonly memoryPages: number;
  /** Budget for all nested frames of one call from outside, in words (`stack-plan.ts`; the number: ADR 1). */
  readonly stackWords: number;
}

/**
 * The defaults. Sources: Stylus activation limits, CosmWasm 2.x `WasmLimits`, NEAR `prepare`, pallet-contracts
 * (collected in the hostile-input catalogue); localsTimesBranches from a measurement (8-9 ns per local and branch in
 * V8's baseline compiler, so that 10^7 is at most 0.1 s).
 */
export const defaultLimits: ModuleLimits = Object.freeze({
  moduleBytes: 1 << 20,
  types: 1024,
  functions: 10_000,
  importedFunctions: 128,
  globals: 1024,
  exports: 1024,
  nameBytes: 256,
  dataSegments: 128,
  elementSegments: 128,
  tableSize: 4096,
  params: 32,
  totalParams: 10_000,
  localsPerFunction: 1024,
  totalLocals: 100_000,
  bodyBytes: 256 << 10,
  instructionsPerFunction: 131_072,
  nesting: 256,
  brTableLabels: 4096,
  totalBrTableLabels: 65_536,
  localsTimesBranches: 10_000_000,
  memoryPages: 256,
  stackWords: 32_768,
});
