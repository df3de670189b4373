/** `trimeter/metering`: check, plan and instrument WebAssembly modules. Bytes in, bytes out. */

export { decodeModule } from './format/decode.ts';
export { defaultLimits, type ModuleLimits } from './format/limits.ts';
export type {
  BlockType,
  DataSegment,
  ElementSegment,
  Export,
  FunctionBody,
  FunctionType,
  Global,
  ImportedFunction,
  ImportedMemory,
  Instruction,
  MemoryType,
  Module,
  Section,
  TableType,
  ValueType,
} from './format/module.ts';
export type { EntryPoint, ImportRule, MemoryBinding, ModuleInterface } from './format/module-interface.ts';
export { ModuleRejected, type RejectionCode } from './format/module-rejected.ts';
export { type ImmediateKind, type Mnemonic, type Opcode, opcodes } from './format/opcodes.ts';
export { validateModule } from './format/validate.ts';
export type { FunctionFacts } from './format/validate-body.ts';
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
export { type Charge, type GasPlan, planGas } from './gas/gas-plan.ts';
export type { InjectedNames } from './inject/injected-names.ts';
export { type Instrumented, type InstrumentOptions, instrument } from './instrument.ts';
export { planStack, type StackPlan } from './plan/stack-plan.ts';
export { type Strategy, strategies, trapsExactly } from './plan/strategies.ts';
export { type VerificationCode, VerificationFailed } from './verify/verification-failed.ts';
export {
  type FunctionVerification,
  type Verification,
  type VerifyOptions,
  verifyInstrumented,
} from './verify/verify-instrumented.ts';
