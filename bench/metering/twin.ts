import assert from 'node:assert/strict';
import { type FunctionCode, readModule } from '../../metering/verify/read-module.ts';

/**
 * The twin is what metering is measured against, so that it must not hold a charge: each of the module's own functions is
 * byte for byte the original one.
 *
 * @throws AssertionError
 */
export function assertUnmetered(original: Uint8Array, twin: Uint8Array): void {
  const functions = readModule(twin).functions;
  for (const [position, body] of readModule(original).functions.entries()) {
    const same = functions[position];
    assert.ok(same !== undefined, `the twin lacks function ${position}`);
    assert.ok(
      bytesOf(original, body).equals(bytesOf(twin, same)),
      `the twin's function ${position} is not the original one`,
    );
  }
}

function bytesOf(module: Uint8Array, { offset, end }: FunctionCode): Buffer {
  return Buffer.from(module.subarray(offset, end));
}

/** The same module in other bytes: V8 shares the code of modules whose bytes are equal. */
export function relabelled(bytes: Uint8Array, label: string): Uint8Array {
  const name = Buffer.from(label);
  return Buffer.concat([bytes, new Uint8Array([0, name.length + 1, name.length]), name]);
}
