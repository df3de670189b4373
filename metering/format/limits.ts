import { ModuleRejected } from './module-rejected.ts';

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
   * What the compilers of an engine carry along in one function: (parameters + locals + operands on the stack), summed
   * over the edges between its basic blocks. Every instruction that ends a basic block is an edge (it gets a check of its
   * own), and every label of a br_table. The optimiser's memory grows with it.
   */
  readonly mergedValues: number;
  /** The same over all functions: the time that a module takes to compile. */
  readonly totalMergedValues: number;
  /** Labels that lead back to the head of one loop: the optimiser's time grows with their square. */
  readonly backEdges: number;
  readonly memoryPages: number;
  /** Budget for all nested frames of one call from outside, in words (`stack-plan.ts`; the number: ADR 1). */
  readonly stackWords: number;
}

/**
 * The defaults. Sources: Stylus activation limits, CosmWasm 2.x `WasmLimits`, NEAR `prepare`, pallet-contracts
 * (collected in the hostile-input catalogue). localsPerFunction, mergedValues and backEdges from `npm run bench:limits`
 * (docs/performance.md), at 5, 19 and 46 times what the largest functions of real contracts have.
 *
 * @example
 * const limits = { ...defaultLimits, memoryPages: 16 };
 * console.log(defaultLimits.memoryPages, limits.memoryPages); // 256 16
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
  localsPerFunction: 256,
  totalLocals: 100_000,
  bodyBytes: 256 << 10,
  instructionsPerFunction: 131_072,
  nesting: 256,
  brTableLabels: 4096,
  totalBrTableLabels: 65_536,
  mergedValues: 250_000,
  totalMergedValues: 2_500_000,
  backEdges: 512,
  memoryPages: 256,
  stackWords: 32_768,
});

const ROOMY = 64;

/**
 * Many times as much of everything: for those who show a module with all that it has beyond a limit. Without any limits a few
 * bytes that claim 2^32 locals would end the process.
 */
export function roomyLimits(limits: ModuleLimits): ModuleLimits {
  const entries = Object.entries(limits).map(([name, limit]) => [name, (limit as number) * ROOMY]);
  return Object.fromEntries(entries) as unknown as ModuleLimits;
}

/** @throws ModuleRejected `limit-exceeded` if `actual` is above the named limit. */
export function checkLimit(limits: ModuleLimits, name: keyof ModuleLimits, actual: number, offset: number): void {
  if (actual > limits[name]) throw new ModuleRejected('limit-exceeded', offset, `${name} <= ${limits[name]}`, actual);
}
