/** Copies a function's code and puts what is injected between its instructions. */
import type { FunctionBody, FunctionType, Instruction } from '../format/module.ts';
import { Op, opcodes } from '../format/opcodes.ts';
import { EMPTY_BLOCK_TYPE, type Writer } from '../format/writer.ts';
import type { WriteTracking } from '../host/tracked-writes.ts';
import type { Step } from '../plan/charge-placement.ts';
import { everyStoreMarked, isStore, planStoreMarks, type StoreMarks } from '../tracking/store-marks.ts';
import { writeTrackedStore } from '../tracking/write-tracking.ts';
import type { InjectedIndices } from './meter-code.ts';

/** How instructions are written that do not just stay as they are. */
export interface Rewriting {
  readonly opcodes: ReadonlySet<number>;
  /** Writes one of these: calls `copy` where the instruction itself belongs, or not at all. */
  readonly rewrite: (instruction: Instruction, copy: () => void, index: number) => void;
  /** Writes what comes right behind an instruction. */
  readonly writeAfter?: ((instruction: Instruction, copy: () => void, index: number) => void) | undefined;
}

/** Writes the instructions in their order, with the steps where they belong. */
export function copyWithSteps(
  writer: Writer,
  bytes: Uint8Array,
  instructions: readonly Instruction[],
  steps: readonly Step[],
  writePlanned: (step: Step) => void,
  { opcodes, rewrite, writeAfter }: Rewriting,
): void {
  let copiedTo = instructions[0]?.offset ?? 0;
  // Bytes that do not change are copied in runs, so that the work is linear and quick.
  const copyUpTo = (offset: number): void => {
    if (offset > copiedTo) writer.bytes(bytes.subarray(copiedTo, offset));
    copiedTo = offset;
  };
  let nextStep = 0;
  for (const [index, instruction] of instructions.entries()) {
    const { offset, end, immediate } = instruction;
    // Steps before the instruction come first, then those of a second arm, then those on the way of a branch.
    let isElse = false;
    let isTaken = false;
    for (let step = steps[nextStep]; step?.place.index === index; step = steps[nextStep]) {
      copyUpTo(offset);
      if (step.place.kind === 'else' && !isElse) writer.opcode(Op.else);
      if (step.place.kind === 'taken' && !isTaken) {
        writer.opcode(Op.if);
        writer.byte(EMPTY_BLOCK_TYPE);
      }
      isElse ||= step.place.kind === 'else';
      isTaken ||= step.place.kind === 'taken';
      writePlanned(step);
      nextStep += 1;
    }
    if (isTaken) {
      writer.opcode(Op.br, Number(immediate) + 1);
      writer.opcode(Op.end);
      copiedTo = end;
    } else if (opcodes.has(instruction.opcode)) {
      copyUpTo(offset);
      rewrite(instruction, () => copyUpTo(end), index);
      copiedTo = end;
    }
    writeAfter?.(instruction, () => copyUpTo(end), index);
  }
  copyUpTo(instructions.at(-1)?.end ?? copiedTo);
}

/** Those that a function may stand in for, which then charges for them. */
const chargedOperations: readonly number[] = [Op.memoryGrow, Op.memoryCopy, Op.memoryFill];
export const stores: readonly number[] = opcodes.map(({ code }) => code).filter(isStore);

/** Instructions that do not stay as they are in any function. */
export const rewrittenAlways: readonly number[] = [...chargedOperations, Op.memorySize, Op.call, Op.callIndirect];
/** For `leavesByBranch`. */
export const rewrittenInBlock: readonly number[] = [Op.block, Op.loop, Op.if, Op.end, Op.return];

/**
 * For a body inside a block that something follows: makes `return` a branch to its end. A branch to the function's own label
 * goes there by itself. Returns false for an instruction that it has nothing to do with.
 */
export function leavesByBranch(writer: Writer): (opcode: number, copy: () => void) => boolean {
  let depth = 0;
  return (opcode, copy) => {
    if (opcode === Op.return) {
      writer.opcode(Op.br, depth);
      return true;
    }
    if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) depth += 1;
    else if (opcode === Op.end) depth -= 1;
    else return false;
    copy();
    return true;
  };
}

/** Opens the block around a body. */
export function writeBodyBlock(writer: Writer, { results }: FunctionType): void {
  writer.opcode(Op.block);
  if (results[0] === undefined) writer.byte(EMPTY_BLOCK_TYPE);
  else writer.valueType(results[0]);
}

/** How a function keeps track of its writes. */
export interface Tracking {
  readonly how: WriteTracking;
  readonly marks: StoreMarks;
  /** The first of `trackingLocals`. */
  readonly firstLocal: number;
}

/** Undefined for a function that has nothing to track. */
export function trackingOf(
  body: FunctionBody,
  { tracking, marksEveryStore }: InjectedIndices,
  firstLocal: number,
): Tracking | undefined {
  return tracking === undefined || !body.instructions.some(({ opcode }) => isStore(opcode))
    ? undefined
    : { how: tracking, marks: marksEveryStore ? everyStoreMarked(body) : planStoreMarks(body), firstLocal };
}

/** A memory operation, or a store, at a position in its body. */
export function writeMemoryAccess(
  writer: Writer,
  instruction: Instruction,
  copy: () => void,
  index: number,
  tracking: Tracking | undefined,
  { grow, copy: copyHelper, fill }: InjectedIndices,
): void {
  const { opcode } = instruction;
  if (isStore(opcode)) {
    const offset = tracking?.marks.get(index);
    if (tracking === undefined || offset === undefined) copy();
    else writeTrackedStore(writer, instruction, copy, tracking.how, tracking.firstLocal, offset);
    return;
  }
  const ofCopyOrFill = opcode === Op.memoryCopy ? copyHelper : opcode === Op.memoryFill ? fill : undefined;
  const helper = opcode === Op.memoryGrow ? grow : ofCopyOrFill;
  if (helper === undefined) {
    // Not copied: V8 11 takes an index of memory 0 in one byte only.
    writer.opcode(opcode, 0);
    if (opcode === Op.memoryCopy) writer.byte(0);
    return;
  }
  writer.opcode(Op.call, helper);
}
