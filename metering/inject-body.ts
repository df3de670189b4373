/**
 * Puts the steps of a plan into a function body, and what keeps the stack budget.
 *
 *     a function that takes a frame                one that takes none
 *
 *     frame = stack - words, trap below zero       ...
 *     ...                                          before = stack
 *     stack = frame                                call (of a function that takes a frame)
 *     call                                         stack = before
 *     ...                                          ...
 *
 * Little is given back: a function with a frame says before each call what is left below it, and one without puts back
 * what it found. So a function that makes no calls only compares. An exported one gives back after each call.
 */
import type { Step } from './edge-plan.ts';
import {
  type MeterIndices,
  writeFrameEntry,
  writeIfOpening,
  writeStackGet,
  writeStackGivenBack,
  writeStackSet,
} from './meter-code.ts';
import type { FunctionBody, FunctionType, ValueType } from './module.ts';
import { Op } from './opcodes.ts';
import { writeStep } from './step-code.ts';
import type { Writer } from './writer.ts';

export interface BodyPlan {
  readonly type: FunctionType;
  /** In the order of their places. */
  readonly steps: readonly Step[];
  readonly frameWords: number;
  /** The host can call it, and finds the whole stack budget again afterwards. */
  readonly isExported: boolean;
  /** By function index: whether a function takes a frame. */
  readonly takesFrame: (functionIndex: number) => boolean;
  /** By function index: whether a call of it can lead to a function that takes one, or to the host. */
  readonly looksAtStack: (functionIndex: number) => boolean;
}

/** Writes the body without its size. Bytes that do not change are copied in runs, so that the work is linear. */
export function injectBody(
  writer: Writer,
  bytes: Uint8Array,
  body: FunctionBody,
  plan: BodyPlan,
  indices: MeterIndices,
): void {
  let copiedTo = body.instructions[0]?.offset ?? body.end;
  const copyUpTo = (offset: number): void => {
    writer.bytes(bytes.subarray(copiedTo, offset));
    copiedTo = offset;
  };
  const takesFrame = plan.frameWords > 0;
  const stepLocals = plan.steps.length > 0 ? STEP_LOCALS : [];
  const firstLocal = plan.type.params.length + body.locals.length;
  const frame = firstLocal + stepLocals.length;
  writeLocals(writer, [...body.locals, ...stepLocals, ...STACK_LOCALS]);
  if (takesFrame) writeFrameEntry(writer, indices.stack, frame, plan.frameWords);

  let nextStep = 0;
  for (const [index, { opcode, offset, end, immediate }] of body.instructions.entries()) {
    // Steps before the instruction come first, then those of a second arm, then those on the way of a branch.
    let isElse = false;
    let isTaken = false;
    for (let step = plan.steps[nextStep]; step?.place.index === index; step = plan.steps[nextStep]) {
      copyUpTo(offset);
      if (step.place.kind === 'else' && !isElse) writer.opcode(Op.else);
      if (step.place.kind === 'taken' && !isTaken) writeIfOpening(writer);
      isElse ||= step.place.kind === 'else';
      isTaken ||= step.place.kind === 'taken';
      writeStep(writer, step, indices, firstLocal);
      nextStep += 1;
    }
    if (isTaken) {
      writer.opcode(Op.br);
      writer.u32(Number(immediate) + 1);
      writer.opcode(Op.end);
      copiedTo = end;
    }
    switch (opcode) {
      case Op.memoryGrow:
      case Op.memoryCopy:
      case Op.memoryFill:
        // The helper takes the operands of the instruction that it stands for.
        copyUpTo(offset);
        writer.opcode(Op.call);
        writer.u32(opcode === Op.memoryGrow ? indices.grow : opcode === Op.memoryCopy ? indices.copy : indices.fill);
        copiedTo = end;
        break;
      case Op.call:
      case Op.callIndirect:
        if (opcode === Op.call && !plan.looksAtStack(Number(immediate))) break;
        if (takesFrame) {
          copyUpTo(offset);
          writeStackSet(writer, indices.stack, frame);
          if (!plan.isExported) break;
          copyUpTo(end);
          writeStackGivenBack(writer, indices.stack, frame, plan.frameWords);
        } else if (opcode === Op.callIndirect || plan.takesFrame(Number(immediate))) {
          copyUpTo(offset);
          writeStackGet(writer, indices.stack, frame);
          copyUpTo(end);
          writeStackSet(writer, indices.stack, frame);
        }
        break;
    }
  }
  copyUpTo(body.end);
}

/** The counter, and two for what is computed on the way. */
const STEP_LOCALS: readonly ValueType[] = ['i64', 'i64', 'i64'];

/** What is left of the stack budget: below this frame, or before a call. */
const STACK_LOCALS: readonly ValueType[] = ['i32'];

function writeLocals(writer: Writer, locals: readonly ValueType[]): void {
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
