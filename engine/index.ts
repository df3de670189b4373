/**
 * `trimeter`: run contracts as gas-metered WebAssembly, without a chain node.
 *
 * @module
 */

export type { EntryPoint, MemoryBinding } from '../metering/format/module-interface.ts';
export { ModuleRejected, type RejectionCode } from '../metering/format/module-rejected.ts';
export type { GuestAbi } from './abi/guest-abi.ts';
export { type HostFunction, hostFunction, lengthAt } from './abi/host-function.ts';
export { moduleInterfaceOf } from './abi/module-interface-of.ts';
export { stylusAbi } from './abi/stylus/stylus-abi.ts';
export { stylusSdkAbi } from './abi/stylus/stylus-sdk-abi.ts';
export type {
  Backend,
  Batch,
  BatchSummary,
  ContractCode,
  DeployResult,
  Program,
  World,
} from './backend.ts';
export { fromHex, toHex } from './bytes.ts';
export {
  type BlockContext,
  type CallMessage,
  type DeployMessage,
  defaultBlock,
  defaultGasLimit,
} from './context.ts';
export { deployedAddress } from './deployed-address.ts';
export { EngineError, type EngineErrorCode } from './errors.ts';
export type { Frame } from './frame.ts';
export { type GasMeter, MAX_GAS } from './gas.ts';
export { GuestExit, type GuestReturn, GuestTrap } from './guest-exit.ts';
export { type GuestMemory, readBytes, readU32, writeBytes, writeU32 } from './guest-memory.ts';
export { type Event, type Outcome, type Revert, type Success, type Trap, TrapCode, trapName } from './outcome.ts';
export { portedBackend } from './ported-backend.ts';
export type {
  Commitment,
  RecordDetail,
  RecordedEnd,
  RecordedLook,
  RecordedPlace,
  RecordedStep,
  RecordedWindow,
  Recording,
  RecordOptions,
} from './recording.ts';
export type { HostCost, Schedule } from './schedule.ts';
export {
  calibratedV1Schedule,
  cosmwasmV2Schedule,
  flatV1Schedule,
  flatV2Schedule,
  nearRegularOpSchedule,
  palletContractsSchedule,
  schedules,
  stylusInkV1Schedule,
} from './schedules.ts';
export type { StorageEntry } from './state/storage-entry.ts';
export type {
  EventsLost,
  FrameBegin,
  FrameEnd,
  HostCall,
  Instruction,
  StorageAccess,
  TraceEvent,
  Tracer,
} from './trace/tracer.ts';
export { moduleVerdicts } from './wasm/module-cache.ts';
export type { ModuleVerdicts } from './wasm/module-verdict.ts';
export { unknownTraps } from './wasm/trap-map.ts';
export {
  createReferenceBackend,
  createWasmBackend,
  type GuestBackendOptions,
  type WasmBackendOptions,
} from './wasm-backend.ts';
