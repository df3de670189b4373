/**
 * Takes the injected code out of a function again. What is left has to be the original's bytes, instruction by
 * instruction, but for the three ways in which code is put where there is no place for it: a second arm for an `if`, an
 * `if` for a `br_if`, a call for a memory operation.
 *
 * The code of a function that takes gas by value stands in a block of its own, and the counter behind it: `return` is a branch to
 * the block's end. The guest's locals come behind the parameter that was added. The code of a function
 * that keeps track of its writes by bits stands in a block as well, and stores have their marks around them.
 */
import { Op, opcodeOf } from '../format/opcodes.ts';
import { isStore } from './marked-stores.ts';
import type { CodeInstruction, FunctionCode } from './read-module.ts';
import { type Handover, type Layout, movedLocal, type Step, StepReader } from './step-reader.ts';

/** One element of an instrumented function. `offset` is that in the instrumented module. */
export type Token =
  /** An instruction of the guest, by its index in the original function. */
  | {
      readonly kind: 'guest';
      readonly index: number;
      readonly instruction: CodeInstruction;
      readonly offset: number;
      /** Of a call that takes gas along. */
      readonly handover: Handover | undefined;
      /** Of a store that is marked: how far from its address operand. */
      readonly mark?: number | undefined;
    }
  | { readonly kind: 'step'; readonly step: Step; readonly offset: number }
  /** A second arm, added to an `if` that ends with this instruction of the guest. */
  | { readonly kind: 'arm'; readonly index: number; readonly instruction: CodeInstruction; readonly offset: number }
  /** The `br_if` of the guest as an `if`: what follows runs on the way to the label, up to `taken-end`. */
  | { readonly kind: 'taken'; readonly index: number; readonly instruction: CodeInstruction; readonly offset: number }
  | { readonly kind: 'taken-end'; readonly offset: number };

/** @throws VerificationFailed `guest-code` or `injected-state` */
export function erase(
  originalBytes: Uint8Array,
  original: FunctionCode,
  bytes: Uint8Array,
  instrumented: FunctionCode,
  layout: Layout,
): readonly Token[] {
  const tokens: Token[] = [];
  const reader = new StepReader(instrumented.code, layout);
  const readSteps = (): Handover | undefined => {
    while (reader.isAtStep()) {
      const { offset } = reader.next;
      const handover = reader.readHandover();
      if (handover !== undefined) return handover;
      tokens.push({ kind: 'step', step: reader.readStep(), offset });
    }
    return undefined;
  };
  const readStepsAlone = (): void => {
    if (readSteps() !== undefined) throw reader.fail('injected-state', 'no call', 'one');
  };
  const takesByValue = layout.addedParams > 0;
  const { placement, trackingLocal } = layout;
  const bitsLocal = placement.touch === undefined ? trackingLocal : undefined;
  const isInBlock = takesByValue || bitsLocal !== undefined;
  if (isInBlock) {
    readStepsAlone();
    reader.take(Op.block);
  }
  let openBlocks = 0;
  for (const [index, instruction] of original.code.entries()) {
    const { opcode, immediate } = instruction;
    const { mnemonic, operands } = opcodeOf(opcode);
    const handover = readSteps();
    if (handover !== undefined) {
      if (opcode !== Op.call || handover.functionIndex !== layout.byValueOf(Number(immediate))) {
        throw reader.fail('guest-code', mnemonic, `a call of function ${handover.functionIndex}`);
      }
      tokens.push({ kind: 'guest', index, instruction, offset: handover.offset, handover });
      continue;
    }
    if (opcode === Op.end && !reader.isAtEnd && reader.next.opcode === Op.else) {
      tokens.push({ kind: 'arm', index, instruction, offset: reader.take(Op.else).offset });
      readStepsAlone();
    }
    if (reader.isAtEnd) throw reader.fail('guest-code', mnemonic);
    const found = reader.next;
    const { offset } = found;
    if (opcode === Op.brIf && found.opcode === Op.if && found.arity === 0) {
      reader.take(Op.if);
      tokens.push({ kind: 'taken', index, instruction, offset });
      readStepsAlone();
      tokens.push({ kind: 'taken-end', offset: reader.take(Op.br, Number(immediate) + 1).offset });
      reader.take(Op.end);
    } else {
      const takeStore = (): void => {
        if (reader.isAtEnd || !isKept(instruction, reader.next)) throw reader.fail('guest-code', mnemonic);
        reader.at += 1;
      };
      const mark = isStore(opcode) ? reader.readTrackedStore(operands?.[1] ?? 'i32', takeStore) : undefined;
      if (mark === undefined) {
        if (!isKept(instruction, found))
          throw reader.fail(isInjected(found) ? 'injected-state' : 'guest-code', mnemonic);
        reader.at += 1;
      }
      tokens.push({ kind: 'guest', index, instruction, offset, handover: undefined, mark });
    }
    if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) openBlocks += 1;
    else if (opcode === Op.end) openBlocks -= 1;
  }
  if (bitsLocal !== undefined) reader.takeBitsKept(bitsLocal);
  if (takesByValue) reader.take(Op.localGet, layout.paramCount);
  if (isInBlock) reader.take(Op.end);
  if (!reader.isAtEnd) throw reader.fail('guest-code', 'the end');
  return tokens;

  function isInjected(found: CodeInstruction): boolean {
    const isOwnCall = found.opcode === Op.call && Number(found.immediate) >= placement.firstInjected;
    return isOwnCall || reader.isOwnLocal(found) || reader.isOwnGlobal(found);
  }

  function isKept(instruction: CodeInstruction, found: CodeInstruction): boolean {
    const { opcode, immediate } = instruction;
    const helper = placement.helpers.get(opcode);
    if (helper !== undefined) return isOf(found, Op.call, helper);
    // Both readers take memory 0 only, which has more than one spelling.
    if (opcodeOf(opcode).immediate === 'memory-index') return found.opcode === opcode;
    if (opcode === Op.call) return isOf(found, opcode, placement.calledAt(Number(immediate)));
    if (isInBlock && opcode === Op.return) return isOf(found, Op.br, openBlocks);
    if (takesByValue && (opcode === Op.localGet || opcode === Op.localSet || opcode === Op.localTee)) {
      return isOf(found, opcode, movedLocal(layout, Number(immediate)));
    }
    return isSame(originalBytes, instruction, bytes, found);
  }
}

function isOf(found: CodeInstruction, opcode: number, immediate: number | bigint): boolean {
  return found.opcode === opcode && found.immediate === immediate;
}

function isSame(leftBytes: Uint8Array, left: CodeInstruction, rightBytes: Uint8Array, right: CodeInstruction): boolean {
  const length = left.end - left.offset;
  if (right.end - right.offset !== length) return false;
  for (let index = 0; index < length; index += 1) {
    if (leftBytes[left.offset + index] !== rightBytes[right.offset + index]) return false;
  }
  return true;
}
