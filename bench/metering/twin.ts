import assert from 'node:assert/strict';
import { decodeModule } from '../../metering/format/decode.ts';
import type { FunctionBody, Module } from '../../metering/format/module.ts';
import { kernelOptions } from './kernel-abi.ts';

/**
 * The twin is what metering is measured against, so that it must not hold a charge: each of the module's own functions is
 * byte for byte the original one.
 *
 * @throws AssertionError
 */
export function assertUnmetered(original: Uint8Array, twin: Uint8Array): void {
  const before = decodeModule(original, kernelOptions.limits);
  const after = decodeModule(twin, kernelOptions.limits);
  for (const [position, body] of before.functions.entries()) {
    const same = after.functions[position];
    assert.ok(same !== undefined, `the twin lacks function ${position}`);
    assert.ok(
      codeOf(before, body).equals(codeOf(after, same)),
      `the twin's function ${position} is not the original one`,
    );
  }
}

function codeOf({ bytes }: Module, { offset, end }: FunctionBody): Buffer {
  return Buffer.from(bytes.subarray(offset, end));
}

/** The same module in other bytes: V8 shares the code of modules whose bytes are equal. */
export function relabelled(bytes: Uint8Array, label: string): Uint8Array {
  const name = Buffer.from(label);
  return Buffer.concat([bytes, new Uint8Array([0, name.length + 1, name.length]), name]);
}
