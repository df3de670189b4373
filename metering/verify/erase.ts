/**
 * Takes the injected code out of a function again. What is left has to be the original's bytes, instruction by
 * instruction, but for the three ways in which code is put where there is no place for it: a second arm for an `if`, an
 * `if` for a `br_if`, a call for a memory operation.
 */
import { Op, opcodeOf } from '../opcodes.ts';
import type { CodeInstruction, FunctionCode } from './read-module.ts';
import { type Layout, type Step, StepReader } from './step-reader.ts';

/** One element of an instrumented function. `offset` is that in the instrumented module. */
export type Token =
  /** An instruction of the guest, by its index in the original function. */
  | {
      readonly kind: 'guest';
      readonly index: number;
      readonly instruction: CodeInstruction;
      readonly offset: number;
    }
  | { readonly kind: 'step'; readonly step: Step; readonly offset: number }
  /** A second arm, added to an `if` that ends with this instruction of the guest. */
  | { readonly kind: 'arm'; readonly index: number; readonly instruction: CodeInstruction; readonly offset: number }
  /** The `br_if` of the guest as an `if`: what follows runs on the way to the label, up to `taken-end`. */
  | { readonly kind: 'taken'; readonly index: number; readonly instruction: CodeInstruction; readonly offset: number }
  | { readonly kind: 'taken-end'; readonly offset: number };

export interface Helpers {
  /** Indices of the functions that stand for the memory operations. */
  readonly byOpcode: ReadonlyMap<number, number>;
  /** Functions from here on are injected. */
  readonly firstFunction: number;
}

/** @throws VerificationFailed `guest-code` or `injected-state` */
export function erase(
  originalBytes: Uint8Array,
  original: FunctionCode,
  bytes: Uint8Array,
  instrumented: FunctionCode,
  layout: Layout,
  helpers: Helpers,
): readonly Token[] {
  const tokens: Token[] = [];
  const reader = new StepReader(instrumented.code, layout);
  const readSteps = (): void => {
    while (reader.isAtStep()) {
      const { offset } = reader.next;
      tokens.push({ kind: 'step', step: reader.readStep(), offset });
    }
  };
  for (const [index, instruction] of original.code.entries()) {
    const { opcode, immediate } = instruction;
    readSteps();
    if (opcode === Op.end && !reader.isAtEnd && reader.next.opcode === Op.else) {
      tokens.push({ kind: 'arm', index, instruction, offset: reader.take(Op.else).offset });
      readSteps();
    }
    if (reader.isAtEnd) throw reader.fail('guest-code', opcodeOf(opcode).mnemonic);
    const found = reader.next;
    const { offset } = found;
    const helper = helpers.byOpcode.get(opcode);
    if (opcode === Op.brIf && found.opcode === Op.if && found.arity === 0) {
      reader.take(Op.if);
      tokens.push({ kind: 'taken', index, instruction, offset });
      readSteps();
      tokens.push({ kind: 'taken-end', offset: reader.take(Op.br, Number(immediate) + 1).offset });
      reader.take(Op.end);
    } else if (helper === undefined ? isSame(originalBytes, instruction, bytes, found) : isCall(found, helper)) {
      reader.at += 1;
      tokens.push({ kind: 'guest', index, instruction, offset });
    } else {
      const isOwnCall = found.opcode === Op.call && Number(found.immediate) >= helpers.firstFunction;
      const isInjected = reader.isOwnLocal(found) || reader.isOwnGlobal(found) || isOwnCall;
      throw reader.fail(isInjected ? 'injected-state' : 'guest-code', opcodeOf(opcode).mnemonic);
    }
  }
  if (!reader.isAtEnd) throw reader.fail('guest-code', 'the end');
  return tokens;
}

function isCall({ opcode, immediate }: CodeInstruction, functionIndex: number): boolean {
  return opcode === Op.call && immediate === functionIndex;
}

function isSame(leftBytes: Uint8Array, left: CodeInstruction, rightBytes: Uint8Array, right: CodeInstruction): boolean {
  const length = left.end - left.offset;
  if (right.end - right.offset !== length) return false;
  for (let index = 0; index < length; index += 1) {
    if (leftBytes[left.offset + index] !== rightBytes[right.offset + index]) return false;
  }
  return true;
}
