import { creationBytes } from '../../engine/payload-limits.ts';
import { ecosystemLimits, ecosystemOf } from '../audit/ecosystem-limits.ts';
import type { SizeName } from './lock-file.ts';

/** Most that a chain takes of one form of a contract. */
export interface SizeLimit {
  readonly size: SizeName;
  readonly most: number;
  readonly source: string;
}

/** Of creation code, with the arguments of the constructor. */
export const evmSizeLimits: readonly SizeLimit[] = [{ size: 'bytes', most: creationBytes, source: 'EIP-3860' }];

/** Of a module. @param abi Name of the guest ABI that it is written against. */
export function moduleSizeLimits(abi: string): readonly SizeLimit[] {
  return ecosystemLimits.flatMap(({ ecosystem, size, limit, source }) =>
    size === undefined || ecosystem !== ecosystemOf(abi) ? [] : [{ size, most: limit, source }],
  );
}
