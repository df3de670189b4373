import { gte } from 'semver';

/** EVM versions in order, each with the first solc that takes it (https://github.com/argotorg/solidity/blob/develop/Changelog.md). */
const evmVersions: readonly { readonly name: string; readonly since: string }[] = [
  { name: 'byzantium', since: '0.4.21' },
  { name: 'constantinople', since: '0.4.22' },
  { name: 'petersburg', since: '0.5.5' },
  { name: 'istanbul', since: '0.5.14' },
  { name: 'berlin', since: '0.8.5' },
  { name: 'london', since: '0.8.7' },
  { name: 'paris', since: '0.8.18' },
  { name: 'shanghai', since: '0.8.20' },
  { name: 'cancun', since: '0.8.24' },
  // The last that the EVMs of evm-baseline/ are set up for.
  { name: 'prague', since: '0.8.27' },
];

/** EVM versions that compilers know and our machines do not. */
export const laterEvmVersions: readonly string[] = ['osaka'];

/** The newest EVM version that both this compiler and our machines know. Undefined for compilers that have no such setting. */
export function newestEvmVersion(solc: string): string | undefined {
  return evmVersions.findLast(({ since }) => gte(solc, since))?.name;
}
