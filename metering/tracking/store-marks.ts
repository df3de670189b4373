/**
 * Which stores of a function need a mark of their own (`write-tracking.ts`).
 *
 * A mark made a little below what a store writes stands for what later stores write near it. A store whose address is a local, plus
 * its own constant offset, is covered by an earlier store through the same value of that local with an offset in the same
 * window, if control cannot come to the one without having come past the other.
 */
import { assignedInLoops } from '../flow/assigned-locals.ts';
import type { FunctionBody } from '../format/module.ts';
import { Op, opcodeOf } from '../format/opcodes.ts';

/** Offsets are divided into windows of this size; a power of two. */
export const MARK_WINDOW_BYTES = 256;

/**
 * What a store has to mark, by its position: the offset from its address operand, at most its own; undefined if it is covered.
 */
export type StoreMarks = ReadonlyMap<number, number | undefined>;

/** Whether the instruction is a store. */
export function isStore(opcode: number): boolean {
  return opcodeOf(opcode).accessBytes > 0 && opcodeOf(opcode).results.length === 0;
}

/** Nothing is planned: each marks its own. */
export function everyStoreMarked({ instructions }: FunctionBody): StoreMarks {
  const marks = new Map<number, number>();
  for (const [index, { opcode, immediate }] of instructions.entries()) {
    if (isStore(opcode)) marks.set(index, Number(immediate));
  }
  return marks;
}

interface Scope {
  /** Windows marked inside. */
  readonly marked: string[];
  /** Locals assigned inside. */
  readonly assigned: Set<number>;
}

export function planStoreMarks({ instructions }: FunctionBody): StoreMarks {
  const assignedIn = assignedInLoops(instructions);
  let nextLoop = 0;
  const marks = new Map<number, number | undefined>();
  const covered = new Set<string>();
  const scopes: Scope[] = [{ marked: [], assigned: new Set() }];
  /** Which value a local holds. Numbers are never used twice. */
  const values = new Map<number, number>();
  let nextValue = 0;
  /** Values of locals on the operand stack, as far down as known; undefined for all others. */
  let operands: (number | undefined)[] = [];
  const assign = (local: number): void => {
    values.set(local, nextValue++);
  };
  const valueIn = (local: number): number => {
    if (!values.has(local)) assign(local);
    return values.get(local) as number;
  };
  const leave = (): void => {
    const { marked, assigned } = scopes.pop() as Scope;
    for (const window of marked) covered.delete(window);
    for (const local of assigned) {
      assign(local);
      scopes.at(-1)?.assigned.add(local);
    }
  };

  for (const [index, { opcode, immediate }] of instructions.entries()) {
    const { operands: taken, results, isBlockEnd } = opcodeOf(opcode);
    const local = Number(immediate);
    if (opcode === Op.localGet) operands.push(valueIn(local));
    else if (opcode === Op.localSet || opcode === Op.localTee) {
      operands.pop();
      assign(local);
      scopes.at(-1)?.assigned.add(local);
      if (opcode === Op.localTee) operands.push(valueIn(local));
    } else if (isStore(opcode)) {
      operands.pop();
      const base = operands.pop();
      const offset = Number(immediate);
      const start = offset - (offset % MARK_WINDOW_BYTES);
      const window = `${base}:${start}`;
      if (base === undefined) marks.set(index, offset);
      else if (covered.has(window)) marks.set(index, undefined);
      else {
        marks.set(index, start);
        covered.add(window);
        scopes.at(-1)?.marked.push(window);
      }
    } else if (opcode === Op.drop || opcode === Op.globalSet) operands.pop();
    else if (opcode === Op.globalGet) operands.push(undefined);
    else if (taken !== undefined && !isBlockEnd) {
      operands.length = Math.max(0, operands.length - taken.length);
      for (const _ of results) operands.push(undefined);
    } else {
      // Where control divides or comes together, what lies on the operand stack is no longer followed.
      operands = [];
      if (opcode === Op.end || opcode === Op.else) leave();
      if (opcode === Op.block || opcode === Op.loop || opcode === Op.if || opcode === Op.else) {
        scopes.push({ marked: [], assigned: new Set() });
      }
      // Control comes here again with other values.
      if (opcode === Op.loop) for (const changed of assignedIn[nextLoop++] ?? []) assign(changed);
    }
  }
  return marks;
}
