import type { SizeName } from './lock-file.ts';

/** Most that a chain takes of one form of a contract. */
export interface SizeLimit {
  readonly size: SizeName;
  /** Of the guest ABI a module is written against; `evm` for the EVM's. */
  readonly form: string;
  readonly most: number;
  readonly source: string;
}

export const sizeLimits: readonly SizeLimit[] = [
  {
    form: 'stylus',
    size: 'compressed',
    most: 24_576,
    source: "Arbitrum: the compressed program is an account's code, which EIP-170 limits",
  },
  { form: 'stylus', size: 'bytes', most: 131_072, source: 'Arbitrum: MaxWasmSize, 128 KiB uncompressed' },
  { form: 'stylus', size: 'pages', most: 128, source: 'Arbitrum: activation, 128 pages' },
  { form: 'seal', size: 'bytes', most: 125_952, source: 'pallet-contracts: MaxCodeLen, 123 KiB on its reference node' },
  { form: 'seal', size: 'pages', most: 16, source: 'pallet-contracts: 16 pages' },
  {
    form: 'evm',
    size: 'bytes',
    most: 49_152,
    source: 'EIP-3860: creation code, with the arguments of the constructor',
  },
];
