import { createHash } from 'node:crypto';
import type { ContractCode } from '../../engine/backend.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import { brotliBytes } from '../audit/brotli-bytes.ts';
import type { DescribedSubject } from '../subjects/subject.ts';
import type { CodeFacts } from './lock-file.ts';
import { evmSizeLimits, moduleSizeLimits, type SizeLimit } from './size-limits.ts';

/** The forms that are metered, of a contract and its companions, by `<contract>.<form>`. */
export function codeFacts(parts: readonly ContractCode[]): Readonly<Record<string, CodeFacts>> {
  const facts = parts.flatMap(({ name, wasm, evm }): readonly (readonly [string, CodeFacts])[] => [
    ...(wasm === undefined
      ? []
      : [[`${name}.wasm`, moduleFacts(wasm.bytes, moduleSizeLimits(wasm.abi.name))] as const]),
    ...(evm === undefined
      ? []
      : [[`${name}.evm`, { sha256: sha256(evm.initcode), sizes: { bytes: evm.initcode.length } }] as const]),
  ]);
  return Object.fromEntries(facts);
}

/** What the chain of each form takes, by the same names. */
export function codeLimits({
  code,
  companions = [],
}: DescribedSubject): Readonly<Record<string, readonly SizeLimit[]>> {
  return Object.fromEntries(
    [...companions, code].flatMap(({ name, wasm, evm }) => [
      ...(wasm === undefined ? [] : [[`${name}.wasm`, moduleSizeLimits(wasm.abi.name)] as const]),
      ...(evm === undefined ? [] : [[`${name}.evm`, evmSizeLimits] as const]),
    ]),
  );
}

function moduleFacts(bytes: Uint8Array, limits: readonly SizeLimit[]): CodeFacts {
  const { memory, importedMemory } = decodeModule(bytes, defaultLimits);
  const isCompressed = limits.some(({ size }) => size === 'compressed');
  return {
    sha256: sha256(bytes),
    sizes: {
      bytes: bytes.length,
      ...(isCompressed && { compressed: brotliBytes(bytes) }),
      pages: (memory ?? importedMemory)?.minPages ?? 0,
    },
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
