import type { Instruction } from '../format/module.ts';
import { Op, opcodeOf } from '../format/opcodes.ts';

/** A run of instructions that is entered only at its first and left only after its last. */
export interface BasicBlock {
  /** Index of the first instruction. */
  readonly start: number;
  /** Index past the last instruction. */
  readonly end: number;
  /** Whether there is a way here from the function's entry, conditions taken to hold or not as they like. */
  readonly isReachable: boolean;
}

/** An open `block`, `loop` or `if`. */
interface OpenBlock {
  readonly isLoop: boolean;
  /** Control comes to the code behind its `end` by a branch, or from the first arm. */
  isLeft: boolean;
  /** Control comes to the second arm, or past an `if` that has none. */
  hasOtherWay: boolean;
}

/**
 * Cuts a function body into basic blocks, in order and without gaps. The definition is that of `docs/gas.md`.
 *
 * One pass knows what is reachable: back edges lead to where control has come already.
 */
export function basicBlocks(instructions: readonly Instruction[]): readonly BasicBlock[] {
  const blocks: BasicBlock[] = [];
  const open: OpenBlock[] = [];
  let isReachable = true;
  let start = 0;
  const branch = (depth: number): void => {
    const target = open.at(-1 - depth);
    if (isReachable && target !== undefined && !target.isLoop) target.isLeft = true;
  };
  for (const [index, { opcode, immediate, labels }] of instructions.entries()) {
    if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) {
      open.push({ isLoop: opcode === Op.loop, isLeft: false, hasOtherWay: opcode === Op.if && isReachable });
    }
    if (!opcodeOf(opcode).isBlockEnd) continue;
    blocks.push({ start, end: index + 1, isReachable });
    start = index + 1;
    if (opcode === Op.br || opcode === Op.brIf) branch(Number(immediate));
    for (const depth of labels ?? []) branch(depth);
    const innermost = open.at(-1);
    if (opcode === Op.else && innermost !== undefined) {
      innermost.isLeft ||= isReachable;
      isReachable = innermost.hasOtherWay;
      innermost.hasOtherWay = false;
    } else if (opcode === Op.end) {
      isReachable ||= innermost?.isLeft === true || innermost?.hasOtherWay === true;
      open.pop();
    } else if (neverGoesOn.has(opcode)) isReachable = false;
  }
  return blocks;
}

const neverGoesOn: ReadonlySet<number> = new Set([Op.unreachable, Op.br, Op.brTable, Op.return]);
