export { accountIdOf, addressOf } from './account-id.ts';
export { sealHostCosts } from './host-costs.ts';
export { ReturnCode } from './return-code.ts';
export { sealAbi } from './seal-abi.ts';
