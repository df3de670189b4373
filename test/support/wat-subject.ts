import * as fc from 'fast-check';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { EMPTY, fromHex } from '../../engine/bytes.ts';
import { namedSequence } from '../../harness/session/sequence.ts';
import type { Subject } from '../../harness/subjects/subject.ts';
import { wat } from './wat.ts';

/** A Stylus guest written in text, which is called with whatever bytes. */
export async function watSubject(id: string, source: string): Promise<Subject> {
  const bytes = await wat(source);
  return {
    id,
    code: { name: id, wasm: { bytes, abi: stylusAbi } },
    constructorArgs: [],
    randomCalls: () =>
      fc.array(
        fc.uint8Array({ maxLength: 8 }).map((data) => ({ data: `0x${Buffer.from(data).toString('hex')}` })),
        { minLength: 1, maxLength: 4 },
      ),
    encode: (_, calls) =>
      namedSequence(
        { companionInputs: [], constructorInput: EMPTY, encodeCall: ({ data = '0x' }) => ({ input: fromHex(data) }) },
        calls,
      ),
  };
}
