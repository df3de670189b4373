/**
 * A function that takes the counters by value (`by-value.ts`) becomes two. The guest's code goes into a new one behind the
 * module's own, of a longer type:
 *
 *     (params, gas, stack) -> (result, gas)         no stack where a parameter bounds the depth, or where no call
 *                                                   takes a frame
 *
 *     block (result)
 *       ...                                       return becomes a branch to the end of this block
 *       frame = stack - words, trap below zero    once before calls of the same kind
 *       push gas, frame; call; gas = the new result
 *       ...
 *     end
 *     gas
 *
 * The function at the guest's own index moves the counters from the globals to the parameters and back, so that the
 * table, exports and all other functions call it as before.
 */
import type { FunctionBody, Instruction, ValueType } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import type { Writer } from '../format/writer.ts';
import { type ByValueFunction, byValueType, takesGasAlone } from '../plan/by-value.ts';
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
import { type BodyPlan, STEP_LOCALS } from './inject-body.ts';
import { type InjectedIndices, writeFrameEntry, writeStackGivenBack, writeStackSet } from './meter-code.ts';
import { writeStep } from './step-code.ts';

/** The function with the guest's code, without its size. */
export function injectByValueBody(
  writer: Writer,
  bytes: Uint8Array,
  body: FunctionBody,
  plan: BodyPlan,
  convention: ByValueFunction,
  indices: InjectedIndices,
): void {
  const paramsBefore = plan.type.params.length;
  const paramsAfter = byValueType(plan.type, convention).params.length;
  const gas = paramsBefore;
  const stack = gas + 1;
  const frame = paramsAfter + body.locals.length;
  const ofGuest = (local: number): number => (local < paramsBefore ? local : local + paramsAfter - paramsBefore);
  const locals = { ofGuest, counter: gas, scratch: frame + 1, stack, frame };
  const ownLocals = [...FRAME_LOCALS, ...STEP_LOCALS.slice(1)];
  const tracking = trackingOf(body, indices, frame + ownLocals.length);
  writer.locals([...body.locals, ...ownLocals, ...(tracking === undefined ? [] : trackingLocals(tracking.how))]);
  writeBodyBlock(writer, plan.type);

  const checkedWords = plan.steps.find(({ kind }) => kind === 'frame') as Extract<Step, { kind: 'frame' }> | undefined;
  const writeGuestCall = (callee: number): void => {
    const byValue = plan.byValueFunction(callee);
    // What is not handed over below here is looked for in the global, however many calls further down.
    if (convention.takesStack && byValue?.takesStack !== true && plan.observesStack(callee)) {
      writeStackSet(writer, indices.stack, stack);
    }
    // Whoever calls a function of bounded recursion from outside makes sure of all its frames at once: the entry does.
    if (byValue === undefined || (byValue.boundedBy !== undefined && byValue.index !== convention.index)) {
      writer.opcode(Op.call, indices.functionAt(callee));
      return;
    }
    writer.opcode(Op.localGet, gas);
    if (byValue.takesStack) writeFrameBelow(plan.wordsOf(callee));
    writer.opcode(Op.call, byValue.index);
    writer.opcode(Op.localSet, gas);
  };
  const writeFrameBelow = (words: number): void => {
    if (words === checkedWords?.words) {
      writer.opcode(Op.localGet, frame);
      return;
    }
    writer.opcode(Op.localGet, stack);
    writer.i32(words);
    writer.opcode(Op.i32Sub);
  };
  const leaves = leavesByBranch(writer);
  const rewrite = (instruction: Instruction, copy: () => void, index: number): void => {
    const { opcode, immediate } = instruction;
    if (leaves(opcode, copy)) return;
    if (opcode === Op.call) {
      writeGuestCall(Number(immediate));
    } else if (!localAccess.has(opcode)) {
      writeMemoryAccess(writer, instruction, copy, index, tracking, indices);
    } else if (Number(immediate) >= paramsBefore) {
      writer.opcode(opcode);
      writer.u32(ofGuest(Number(immediate)));
    } else copy();
  };
  const writePlanned = (step: Step): void => writeStep(writer, step, indices, locals);
  const opcodes = tracking ? rewrittenHereWhereTracked : rewrittenHere;
  copyWithSteps(writer, bytes, body.instructions, plan.steps, writePlanned, { opcodes, rewrite });
  if (tracking !== undefined) writeMarksKept(writer, tracking.firstLocal, tracking.how);
  writer.opcode(Op.localGet, gas);
  writer.opcode(Op.end);
}

/** The function at the guest's own index, without its size. */
export function writeByValueEntry(
  writer: Writer,
  plan: BodyPlan,
  byValue: ByValueFunction,
  indices: InjectedIndices,
): void {
  const { index, takesStack, boundedBy } = byValue;
  const { params } = plan.type;
  const frame = params.length;
  writer.locals(takesGasAlone(byValue) ? [] : FRAME_LOCALS);
  if (takesStack) writeFrameEntry(writer, indices.stack, frame, plan.frameWords);
  else if (boundedBy !== undefined) writeFramesEntry(writer, plan, boundedBy, indices);
  for (const param of params.keys()) writer.opcode(Op.localGet, param);
  writer.opcode(Op.globalGet, indices.gas);
  if (takesStack) writer.opcode(Op.localGet, frame);
  writer.opcode(Op.call, index);
  writer.opcode(Op.globalSet, indices.gas);
  if (plan.isExported && takesStack) {
    writeStackGivenBack(writer, indices.stack, frame, plan.frameWords);
  }
  writer.opcode(Op.end);
}

/** Traps unless the budget has frames for param + 1 calls; an i64 param is below 2^32 then, so that nothing wraps. */
function writeFramesEntry(
  writer: Writer,
  { type, frameWords }: BodyPlan,
  param: number,
  { stack }: InjectedIndices,
): void {
  const isLong = type.params[param] === 'i64';
  if (isLong) {
    writer.opcode(Op.localGet, param);
    writer.i64(0xffff_ffffn);
    writer.opcode(Op.i64GtU);
    writer.trapIf();
  }
  writer.opcode(Op.localGet, param);
  if (!isLong) writer.opcode(Op.i64ExtendI32U);
  writer.i64(1);
  writer.opcode(Op.i64Add);
  writer.i64(frameWords);
  writer.opcode(Op.i64Mul);
  writer.opcode(Op.globalGet, stack);
  writer.opcode(Op.i64ExtendI32S);
  writer.opcode(Op.i64GtS);
  writer.trapIf();
}

/** What is left of the stack budget below a call. */
const FRAME_LOCALS: readonly ValueType[] = ['i32'];

const localAccess: ReadonlySet<number> = new Set([Op.localGet, Op.localSet, Op.localTee]);

const alsoHere: readonly number[] = [...rewrittenInBlock, ...localAccess];
const rewrittenHere: ReadonlySet<number> = new Set([...rewrittenAlways, ...alsoHere]);
const rewrittenHereWhereTracked: ReadonlySet<number> = new Set([...rewrittenWhereTracked, ...alsoHere]);
