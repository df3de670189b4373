/** Functions of the host that are linked to the guest: given, and to be there byte by byte. */
import { Writer } from '../format/writer.ts';
import type { HostCode, HostCodeIndices } from '../host/host-code.ts';
import { signatureOf } from './read-module.ts';
import type { Reading } from './reading.ts';
import { VerificationFailed } from './verification-failed.ts';

/** @throws VerificationFailed `helper` */
export function checkHostFunctions({ original, instrumented, placement, tracks }: Reading, hostCode: HostCode): void {
  const { firstOwn, firstHost, tracking, touch, calledAt } = placement;
  const importCount = original.importedFunctions.length;
  const at: HostCodeIndices = {
    gas: placement.gas,
    stack: placement.stack,
    tracking:
      touch !== undefined
        ? { kind: 'blocks', last: tracking, touch }
        : tracks === 'bits'
          ? { kind: 'bits', dirty: tracking }
          : undefined,
    imports: hostCode.imports.map((_, position) => importCount + position),
    functions: hostCode.functions.map((_, position) => firstHost + position),
    mark: placement.mark,
    restore: placement.restore,
    reset: placement.reset,
    entryPoint: (name) => {
      const found = original.exports.find((exported) => exported.kind === 0 && exported.name === name);
      return found === undefined ? undefined : calledAt(found.index);
    },
  };
  for (const [position, { type, writeBody }] of hostCode.functions.entries()) {
    const index = firstHost + position;
    const found = instrumented.functions[index - firstOwn];
    const signature = instrumented.types[found?.typeIndex ?? -1];
    const writer = new Writer(256);
    writeBody(writer, at);
    const expected = writer.toBytes();
    const actual = instrumented.bytes.subarray(found?.offset ?? 0, found?.end ?? 0);
    const isTyped = JSON.stringify(signature) === JSON.stringify(signatureOf(type));
    if (isTyped && actual.length === expected.length && actual.every((byte, i) => byte === expected[i])) continue;
    throw new VerificationFailed('helper', index, found?.offset ?? 0, `function ${position} of the host`, 'another');
  }
}
