/** Copies a function's code and puts what is injected between its instructions. */
import type { Step } from './edge-plan.ts';
import { type InjectedIndices, writeIfOpening } from './meter-code.ts';
import type { Instruction, ValueType } from './module.ts';
import { Op, opcodes } from './opcodes.ts';
import { isStore, writeTrackedStore } from './write-tracking.ts';
import type { Writer } from './writer.ts';

/** How instructions are written that do not just stay as they are. */
export interface Rewriting {
  readonly opcodes: ReadonlySet<number>;
  /** Writes one of these: calls `copy` where the instruction itself belongs, or not at all. */
  readonly rewrite: (instruction: Instruction, copy: () => void) => void;
}

/** Writes the instructions in their order, with the steps where they belong. */
export function copyWithSteps(
  writer: Writer,
  bytes: Uint8Array,
  instructions: readonly Instruction[],
  steps: readonly Step[],
  writePlanned: (step: Step) => void,
  { opcodes, rewrite }: Rewriting,
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
      if (step.place.kind === 'taken' && !isTaken) writeIfOpening(writer);
      isElse ||= step.place.kind === 'else';
      isTaken ||= step.place.kind === 'taken';
      writePlanned(step);
      nextStep += 1;
    }
    if (isTaken) {
      writer.opcode(Op.br);
      writer.u32(Number(immediate) + 1);
      writer.opcode(Op.end);
      copiedTo = end;
    } else if (opcodes.has(instruction.opcode)) {
      copyUpTo(offset);
      rewrite(instruction, () => copyUpTo(end));
      copiedTo = end;
    }
  }
  copyUpTo(instructions.at(-1)?.end ?? copiedTo);
}

const memoryOperations: readonly number[] = [Op.memoryGrow, Op.memoryCopy, Op.memoryFill];
const calls: readonly number[] = [Op.call, Op.callIndirect];
const stores: readonly number[] = opcodes.map(({ code }) => code).filter(isStore);

/** Instructions that do not stay as they are in any function. */
export const rewrittenAlways: ReadonlySet<number> = new Set([...memoryOperations, ...calls]);
export const rewrittenWhereTracked: ReadonlySet<number> = new Set([...rewrittenAlways, ...stores]);

/** Whether a function may stand in for the operation, which then charges for it. */
export function isMemoryOperation(opcode: number): boolean {
  return memoryOperations.includes(opcode);
}

/** A memory operation or a store. `firstLocal` is the first of `TRACKING_LOCALS`. */
export function writeMemoryAccess(
  writer: Writer,
  instruction: Instruction,
  copy: () => void,
  firstLocal: number,
  { grow, copy: copyHelper, fill, dirty }: InjectedIndices,
): void {
  const { opcode } = instruction;
  if (!isMemoryOperation(opcode)) {
    if (dirty === undefined) copy();
    else writeTrackedStore(writer, instruction, copy, firstLocal, dirty);
    return;
  }
  const helper = opcode === Op.memoryGrow ? grow : opcode === Op.memoryCopy ? copyHelper : fill;
  if (helper === undefined) {
    copy();
    return;
  }
  writer.opcode(Op.call);
  writer.u32(helper);
}

export function writeLocals(writer: Writer, locals: readonly ValueType[]): void {
  const runs: { readonly type: ValueType; length: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.length += 1;
    else runs.push({ type, length: 1 });
  }
  writer.vector(runs, ({ type, length }) => {
    writer.u32(length);
    writer.valueType(type);
  });
}
