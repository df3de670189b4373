/** `trimeter/metering`: check, plan and instrument WebAssembly modules. Bytes in, bytes out. */
export type { CostTable } from './cost-table.ts';
export {
  calibratedV1,
  cosmwasmV2,
  costTables,
  flatV1,
  flatV2,
  nearRegularOp,
  palletContracts,
  stylusInkV1,
} from './cost-tables.ts';
export { decodeModule } from './decode.ts';
export { type Charge, type GasPlan, planGas } from './gas-plan.ts';
export type { InjectedNames } from './injected-names.ts';
export {
  type Instrumented,
  type InstrumentOptions,
  instrument,
  type Strategy,
  strategies,
  trapsExactly,
} from './instrument.ts';
export { defaultLimits, type ModuleLimits } from './limits.ts';
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
} from './module.ts';
export type { EntryPoint, ImportRule, MemoryBinding, ModuleInterface } from './module-interface.ts';
export { ModuleRejected, type RejectionCode } from './module-rejected.ts';
export { type ImmediateKind, type Opcode, opcodes } from './opcodes.ts';
export { planStack, type StackPlan } from './stack-plan.ts';
export { validateModule } from './validate.ts';
export type { FunctionFacts } from './validate-body.ts';
export { type VerificationCode, VerificationFailed } from './verify/verification-failed.ts';
export {
  type FunctionVerification,
  type Verification,
  type VerifyOptions,
  verifyInstrumented,
} from './verify/verify-instrumented.ts';
