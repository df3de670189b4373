/** `trimeter/contracts`: contract cases and the encoding of their calls. */
export { type AddressBook, accounts } from './accounts.ts';
export { bundledCaseDirectory, bundledCases } from './bundled-cases.ts';
export { resolveAddress } from './call-argument.ts';
export {
  decodeEvent,
  decodeOutput,
  decodeRevert,
  encodeCall,
  encodeConstructor,
  type PrintedItem,
  type PrintedValue,
} from './call-codec.ts';
export { addressBook } from './case-calls.ts';
export {
  type ArgumentText,
  type BlockText,
  type CallText,
  type Companion,
  type CompleteCase,
  type ContractCase,
  type MethodCallText,
  type RawCallText,
  type Workload,
  type WorkloadSize,
  workloadSizes,
} from './contract-case.ts';
export { InputRejected } from './input-rejected.ts';
export { type ReadCaseOptions, readBundledCase, readCase } from './read-case.ts';
export { selectWorkloads } from './select-workloads.ts';
