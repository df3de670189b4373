/**
 * Whether every store is marked: by itself, or by an earlier one through the same value of a local, at an offset of the same
 * window, that control always comes past. Values have numbers, which are not used twice; a local has a new one wherever it
 * is set, and behind a block, and at the head of a loop, in which it is.
 */
import { Op, opcodeOf } from '../format/opcodes.ts';
import { operandCounts } from './call-facts.ts';
import { nestingOf } from './nesting.ts';
import type { CodeInstruction, ModuleCode } from './read-module.ts';
import { MARK_WINDOW_BYTES } from './tracking-code.ts';

export function isStore(opcode: number): boolean {
  const { accessBytes, results } = opcodeOf(opcode);
  return accessBytes > 0 && results.length === 0;
}

/**
 * @param marks By the index of a store: how far from its address operand it marks.
 * @returns the index of one that is not marked; `undefined` if all are.
 */
export function unmarkedStore(
  module: ModuleCode,
  code: readonly CodeInstruction[],
  marks: ReadonlyMap<number, number | undefined>,
): number | undefined {
  const { setIn } = nestingOf(code);
  const marked = new Set<number>();
  const blocks: { readonly marked: number[]; readonly set: Set<number> }[] = [{ marked: [], set: new Set() }];
  const values = new Map<number, number>();
  let operands: (number | undefined)[] = [];
  let lastValue = 0;
  const renew = (local: number): number => {
    lastValue += 1;
    values.set(local, lastValue);
    return lastValue;
  };
  const open = (): void => void blocks.push({ marked: [], set: new Set() });
  const close = (): void => {
    const block = blocks.pop();
    for (const key of block?.marked ?? []) marked.delete(key);
    for (const local of block?.set ?? []) {
      renew(local);
      blocks.at(-1)?.set.add(local);
    }
  };
  for (const [index, { opcode, immediate }] of code.entries()) {
    const { isBlockEnd } = opcodeOf(opcode);
    const local = Number(immediate);
    if (opcode === Op.localGet) {
      operands.push(values.get(local) ?? renew(local));
    } else if (opcode === Op.localSet || opcode === Op.localTee) {
      operands.pop();
      const value = renew(local);
      blocks.at(-1)?.set.add(local);
      if (opcode === Op.localTee) operands.push(value);
    } else if (isStore(opcode)) {
      operands.pop();
      const base = operands.pop();
      const offset = Number(immediate);
      const mark = marks.get(index);
      const window = offset - (offset % MARK_WINDOW_BYTES);
      const key = base === undefined ? undefined : keyOf(base, window);
      if (mark === undefined) {
        if (key === undefined || !marked.has(key)) return index;
      } else if (mark !== offset && mark !== window) {
        return index;
      } else if (key !== undefined && mark === window && !marked.has(key)) {
        marked.add(key);
        blocks.at(-1)?.marked.push(key);
      }
    } else if (isBlockEnd || opcode === Op.block) {
      operands = [];
      if (opcode === Op.end || opcode === Op.else) close();
      if (opcode === Op.else || opcode === Op.block || opcode === Op.loop || opcode === Op.if) open();
      for (const changed of setIn.get(index) ?? []) renew(changed);
    } else {
      const [taken, given] = operandCounts(module, opcode, local);
      operands.length = Math.max(0, operands.length - taken);
      for (let count = 0; count < given; count += 1) operands.push(undefined);
    }
  }
  return undefined;
}

/** There are 2^24 windows. Values are far below 2^29: not more than locals times blocks. */
function keyOf(value: number, window: number): number {
  return value * 2 ** 24 + window / MARK_WINDOW_BYTES;
}
