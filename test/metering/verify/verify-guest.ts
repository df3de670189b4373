/** An instrumented guest, seen as a verifier sees it, whose bytes can be changed as a bug in the injector would. */

import { defaultLimits } from '../../../metering/format/limits.ts';
import { Reader } from '../../../metering/format/reader.ts';
import { SectionId } from '../../../metering/format/section-id.ts';
import { Writer } from '../../../metering/format/writer.ts';
import { noHostCode } from '../../../metering/host/host-code.ts';
import { type Instrumented, instrument } from '../../../metering/instrument.ts';
import { findByValue } from '../../../metering/verify/by-value.ts';
import type { Token } from '../../../metering/verify/erase.ts';
import { placementOf } from '../../../metering/verify/placement.ts';
import { type CodeInstruction, readModule } from '../../../metering/verify/read-module.ts';
import { functionAt, indexOf, tokensOf } from '../../../metering/verify/reading.ts';
import {
  type VerifiableStrategy,
  type Verification,
  verifyInstrumented,
} from '../../../metering/verify/verify-instrumented.ts';
import { testSchedule } from '../../support/test-guest.ts';
import { testInterface } from '../metered-guest.ts';

/** Bytes of an instrumented module, replaced by others. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: readonly number[];
}

/** A piece of injected code, with its instructions. */
export interface Piece {
  readonly token: Token;
  readonly start: number;
  readonly end: number;
  readonly code: readonly CodeInstruction[];
}

/** No two opcodes that stand for each other weigh the same. */
const { costs } = testSchedule({ weightOf: (_mnemonic, code) => 1 + ((code * 37) % 11) });

export class VerifyGuest {
  readonly original: Uint8Array;
  readonly instrumented: Instrumented;
  readonly #strategy: VerifiableStrategy;

  constructor(original: Uint8Array, strategy: VerifiableStrategy) {
    this.original = original;
    this.#strategy = strategy;
    this.instrumented = instrument(original, { costs, limits: defaultLimits, interface: testInterface, strategy });
  }

  verify(bytes: Uint8Array = this.instrumented.bytes): Verification {
    return this.verifyAs(this.original, bytes);
  }

  /** As what another original has become. */
  verifyAs(original: Uint8Array, bytes: Uint8Array): Verification {
    const { names } = this.instrumented;
    return verifyInstrumented(original, { bytes, names }, { costs, limits: defaultLimits, strategy: this.#strategy });
  }

  /** The tokens of the function at a position, with the bytes of each. */
  pieces(position: number): readonly Piece[] {
    const { bytes } = this.instrumented;
    const [original, instrumented] = [readModule(this.original), readModule(bytes)];
    const importCount = original.importedFunctions.length;
    const isMetered = this.#strategy !== 'none';
    const tracks = 'nothing';
    const placement = placementOf(original, instrumented, noHostCode, isMetered, tracks);
    const byValue = findByValue(original, instrumented, placement);
    const read = { original, instrumented, byValue, isMetered, placement, tracks } as const;
    const tokens = tokensOf(read, position);
    const found = functionAt(instrumented, indexOf(read, position) - importCount);
    return tokens.map((token, index) => {
      const start = token.offset;
      const end = tokens[index + 1]?.offset ?? found.end;
      return { token, start, end, code: found.code.filter(({ offset }) => offset >= start && offset < end) };
    });
  }

  /** What stands at the guest's own index of a function that takes gas by value. */
  entry(position: number): readonly CodeInstruction[] {
    return readModule(this.instrumented.bytes).functions[position]?.code ?? [];
  }

  /** The module with some bytes of its functions changed, and sizes to match. */
  edited(edits: readonly Edit[]): Uint8Array {
    const { bytes } = this.instrumented;
    const { functions } = readModule(bytes);
    const writer = new Writer(bytes.length * 2);
    writer.bytes(bytes.subarray(0, 8));
    for (const { id, offset, end } of sectionsOf(bytes)) {
      writer.byte(id);
      writer.sized(() => {
        if (id !== SectionId.code) {
          writer.bytes(bytes.subarray(offset, end));
          return;
        }
        writer.vector(functions, (body) =>
          writer.sized(() => writer.bytes(withEdits(bytes, body.offset, body.end, edits))),
        );
      });
    }
    return writer.toBytes();
  }
}

export interface SectionBytes {
  readonly id: number;
  readonly offset: number;
  readonly end: number;
}

/** What lies where: `offset` is past id and size. */
export function sectionsOf(bytes: Uint8Array): readonly SectionBytes[] {
  const sections: SectionBytes[] = [];
  const reader = new Reader(bytes, 8, bytes.length);
  while (!reader.isAtEnd()) {
    const id = reader.byte();
    const { offset, end } = reader.range(reader.u32());
    sections.push({ id, offset, end });
  }
  return sections;
}

function withEdits(bytes: Uint8Array, start: number, end: number, edits: readonly Edit[]): Uint8Array {
  const parts: number[] = [];
  let at = start;
  for (const edit of edits.filter((each) => each.start >= start && each.end <= end)) {
    parts.push(...bytes.subarray(at, edit.start), ...edit.bytes);
    at = edit.end;
  }
  parts.push(...bytes.subarray(at, end));
  return new Uint8Array(parts);
}
