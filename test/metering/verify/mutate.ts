/** Changes to instrumented modules, as bugs in the injector would make them. */
import assert from 'node:assert/strict';
import { Op, opcodeOf } from '../../../metering/format/opcodes.ts';
import { Writer } from '../../../metering/format/writer.ts';
import { type CodeInstruction, readModule } from '../../../metering/verify/read-module.ts';
import { type VerificationCode, VerificationFailed } from '../../../metering/verify/verification-failed.ts';
import type { Edit, Piece, VerifyGuest } from './verify-guest.ts';

export type Find = (piece: Piece) => boolean;

export const isGuest: (opcode: number) => Find =
  (opcode: number): Find =>
  ({ token }) =>
    token.kind === 'guest' && token.instruction.opcode === opcode;
export const isArm: Find = ({ token }) => token.kind === 'arm';
export const isStep: (kind: string, matches?: (step: Readonly<Record<string, unknown>>) => boolean) => Find =
  (kind: string, matches: (step: Readonly<Record<string, unknown>>) => boolean = () => true): Find =>
  ({ token }) =>
    token.kind === 'step' && token.step.kind === kind && matches(token.step);

/** The `nth` piece of a function for which `find` holds. */
export function piece(guest: VerifyGuest, position: number, find: Find, nth = 0): Piece {
  const found = guest.pieces(position).filter(find)[nth];
  assert.ok(found, 'the guest has such a piece');
  return found;
}

export function encode(write: (writer: Writer) => void): readonly number[] {
  const writer = new Writer(16);
  write(writer);
  return [...writer.toBytes()];
}

export const removed: (piece: Piece) => Edit = ({ start, end }: Piece): Edit => ({ start, end, bytes: [] });

/** The instruction of the piece that `is` names, replaced. */
export function replaced(
  { code }: Piece,
  is: (instruction: CodeInstruction) => boolean,
  bytes: readonly number[],
): Edit {
  const found = code.find(is);
  assert.ok(found, 'the piece has such an instruction');
  return { start: found.offset, end: found.end, bytes };
}

/** The constants of the piece that are not zero, with another value: what is compared, and what is taken. */
export function reweighted({ code }: Piece, by: number): readonly Edit[] {
  const amounts = code.filter(({ opcode, immediate }) => opcode === Op.i64Const && immediate !== 0n);
  assert.ok(amounts.length > 0, 'the piece has an amount');
  return amounts.map(({ offset, end, immediate }) => {
    const bytes = encode((writer) => {
      writer.opcode(Op.i64Const);
      writer.s64(BigInt(immediate) + BigInt(by));
    });
    return { start: offset, end, bytes };
  });
}

/** A charge in a local, or a frame that is taken, without the code up to its trap. */
export function uncompared({ start, code }: Piece): Edit {
  const comparison = code.find(({ opcode }) => opcode === Op.end);
  assert.ok(comparison, 'the charge begins with a comparison');
  return { start, end: comparison.end, bytes: [] };
}

/** A charge that keeps what it computes and does not look at it. */
export function unchecked(found: Piece, opcode: number, index: number): Edit {
  const subtraction = found.code.findLast((instruction) => instruction.opcode === Op.i64Sub);
  assert.ok(subtraction);
  return { start: subtraction.end, end: found.end, bytes: [opcode, index] };
}

export function codeOf(verify: () => unknown): string {
  try {
    verify();
  } catch (error) {
    if (error instanceof VerificationFailed) return error.code;
    throw error;
  }
  return 'nothing';
}

/** Bytes of instructions that can be changed without that anyone sees it. */
export function survivorsOf(guest: VerifyGuest, changes: readonly number[]): readonly string[] {
  const { bytes } = guest.instrumented;
  const survivors: string[] = [];
  for (const { code } of readModule(bytes).functions) {
    for (const { opcode, offset, end } of code) {
      for (let at = offset; at < end; at += 1) {
        for (const change of changes) {
          const changed = Uint8Array.from(bytes);
          changed[at] = (bytes[at] ?? 0) + change;
          if (codeOf(() => guest.verify(changed)) !== 'nothing') continue;
          survivors.push(`byte ${at}, ${opcodeOf(opcode).mnemonic}: + ${change}`);
        }
      }
    }
  }
  return survivors;
}

/** That the verifier accepts the module as it is, and finds the bug. */
export function assertFound(guest: VerifyGuest, edits: readonly Edit[], code: VerificationCode): void {
  assert.equal(
    codeOf(() => guest.verify(guest.edited([]))),
    'nothing',
  );
  const bytes = guest.edited([...edits].sort((left, right) => left.start - right.start));
  assert.equal(
    codeOf(() => guest.verify(bytes)),
    code,
  );
}
