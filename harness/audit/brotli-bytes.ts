import { brotliCompressSync, constants } from 'node:zlib';

/** As chains count it that take a module compressed. */
export function brotliBytes(module: Uint8Array): number {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return brotliCompressSync(module, { params }).length;
}
