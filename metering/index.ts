/**
 * `trimeter/metering`: check and instrument WebAssembly modules, and show that what came out is right. Bytes in, bytes out.
 *
 * @module
 */
export { defaultLimits, type ModuleLimits } from './format/limits.ts';
export type { ImportedFunction, ValueType } from './format/module.ts';
export type { EntryPoint, ImportRule, MemoryBinding, ModuleInterface } from './format/module-interface.ts';
export { ModuleRejected, type RejectionCode } from './format/module-rejected.ts';
export type { Mnemonic } from './format/opcodes.ts';
export type { CostTable } from './gas/cost-table.ts';
export {
  calibratedV1,
  cosmwasmV2,
  costTables,
  flatV1,
  flatV2,
  nearRegularOp,
  palletContracts,
  stylusInkV1,
} from './gas/cost-tables.ts';
export type { InjectedNames } from './inject/injected-names.ts';
export { type Instrumented, type InstrumentOptions, instrument } from './instrument.ts';
export { type Strategy, strategies, trapsExactly } from './plan/strategies.ts';
export { type VerificationCode, VerificationFailed } from './verify/verification-failed.ts';
export {
  type FunctionVerification,
  type Verification,
  type VerifyOptions,
  verifyInstrumented,
} from './verify/verify-instrumented.ts';
