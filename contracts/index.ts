/** `trimeter/contracts`: contract cases and the encoding of their calls. */
export { accounts } from './accounts.ts';
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
export type { ArgumentText, CallText, ContractCase, Workload } from './contract-case.ts';
export { InputRejected } from './input-rejected.ts';
export { readCase } from './read-case.ts';
