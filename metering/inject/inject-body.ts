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
import type { FunctionBody, FunctionType, Instruction, ValueType } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import type { Writer } from '../format/writer.ts';
import { type ByValueFunction, takesGasAlone } from '../plan/by-value.ts';
import type { Step } from '../plan/charge-placement.ts';
import { trackingLocals, writeMarksKept } from '../tracking/write-tracking.ts';
import {
  copyWithSteps,
  leavesByBranch,
  rewrittenAlways,
  rewrittenInBlock,
  rewrittenWhereTracked,
  trackingOf,
  writeBodyBlock,
  writeMemoryAccess,
} from './copy-body.ts';
import {
  type InjectedIndices,
  writeFrameEntry,
  writeStackGet,
  writeStackGivenBack,
  writeStackSet,
} from './meter-code.ts';
import { writeStep } from './step-code.ts';

export interface BodyPlan {
  readonly type: FunctionType;
  /** In the order of their places. */
  readonly steps: readonly Step[];
  /** Indices of calls that find the counter in the local, and hand it over. */
  readonly callsWithLocal: ReadonlySet<number>;
  /** False for the unmetered twin. */
  readonly keepsStack: boolean;
  readonly frameWords: number;
  /** The host can call it, and finds the whole stack budget again afterwards. */
  readonly isExported: boolean;
  /** By function index: words that a call takes from the stack budget. */
  readonly wordsOf: (functionIndex: number) => number;
  /** By function index: whether a call of it can lead to a function that takes one, or to the host. */
  readonly observesStack: (functionIndex: number) => boolean;
  /** By function index: the function that takes the counters by value in its place. */
  readonly byValueFunction: (functionIndex: number) => ByValueFunction | undefined;
}

/** Writes the body without its size. */
export function injectBody(
  writer: Writer,
  bytes: Uint8Array,
  body: FunctionBody,
  plan: BodyPlan,
  indices: InjectedIndices,
): void {
  const takesFrame = plan.frameWords > 0;
  const stepLocals = plan.steps.length > 0 ? STEP_LOCALS : [];
  const firstLocal = plan.type.params.length + body.locals.length;
  const frame = firstLocal + stepLocals.length;
  const stackLocals = plan.keepsStack ? STACK_LOCALS : [];
  const tracking = trackingOf(body, indices, frame + stackLocals.length);
  // Marks that are gathered are kept behind a block.
  const keepsMarks = tracking?.how.kind === 'bits';
  writer.locals([
    ...body.locals,
    ...stepLocals,
    ...stackLocals,
    ...(tracking === undefined ? [] : trackingLocals(tracking.how)),
  ]);
  if (takesFrame) writeFrameEntry(writer, indices.stack, frame, plan.frameWords);
  if (keepsMarks) writeBodyBlock(writer, plan.type);
  const leaves = leavesByBranch(writer);
  const ofGuest = (local: number): number => local;
  const locals = { ofGuest, counter: firstLocal, scratch: firstLocal + 1, stack: frame, frame };
  const writePlanned = (step: Step): void => writeStep(writer, step, indices, locals);
  const writeCallAround = (opcode: number, callee: number, call: () => void): void => {
    if (!plan.keepsStack || (opcode === Op.call && !plan.observesStack(callee))) {
      call();
    } else if (takesFrame) {
      writeStackSet(writer, indices.stack, frame);
      call();
      if (plan.isExported) writeStackGivenBack(writer, indices.stack, frame, plan.frameWords);
    } else if (opcode === Op.callIndirect || plan.wordsOf(callee) > 0) {
      writeStackGet(writer, indices.stack, frame);
      call();
      writeStackSet(writer, indices.stack, frame);
    } else {
      call();
    }
  };
  const writeHandover = (callee: number, hasLocal: boolean): void => {
    if (hasLocal) writer.opcode(Op.localGet, locals.counter);
    else writer.opcode(Op.globalGet, indices.gas);
    writer.opcode(Op.call, callee);
    if (hasLocal) writer.opcode(Op.localSet, locals.counter);
    else writer.opcode(Op.globalSet, indices.gas);
  };
  const rewrite = (instruction: Instruction, copy: () => void, index: number): void => {
    const { opcode, immediate } = instruction;
    if (keepsMarks && leaves(opcode, copy)) return;
    if (opcode === Op.callIndirect) writeCallAround(opcode, 0, copy);
    else if (opcode === Op.call) {
      const callee = Number(immediate);
      const byValue = plan.byValueFunction(callee);
      writeCallAround(opcode, callee, () => {
        if (byValue !== undefined && takesGasAlone(byValue)) {
          writeHandover(byValue.index, plan.callsWithLocal.has(index));
          return;
        }
        writer.opcode(Op.call, indices.functionAt(callee));
      });
    } else writeMemoryAccess(writer, instruction, copy, index, tracking, indices);
  };
  const opcodes = keepsMarks ? rewrittenHereWhereTracked : tracking ? rewrittenWhereTracked : rewrittenAlways;
  copyWithSteps(writer, bytes, body.instructions, plan.steps, writePlanned, { opcodes, rewrite });
  if (!keepsMarks) return;
  writeMarksKept(writer, tracking.firstLocal, tracking.how);
  writer.opcode(Op.end);
}

/** The counter, and two for what is computed on the way. */
export const STEP_LOCALS: readonly ValueType[] = ['i64', 'i64', 'i64'];

const rewrittenHereWhereTracked: ReadonlySet<number> = new Set([...rewrittenWhereTracked, ...rewrittenInBlock]);

/** What is left of the stack budget: below this frame, or before a call. */
const STACK_LOCALS: readonly ValueType[] = ['i32'];
