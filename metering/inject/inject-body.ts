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
 *
 * A function that takes gas by value (`by-value.ts`) becomes two. The guest's code goes into a new one behind the module's own, of a
 * longer type; what is left of gas is pushed behind its result, and so all ways out lead to one place. At the guest's own index
 * stands an entry for those who have gas in the global, the table and the host:
 *
 *     (params, gas) -> (result, gas)               (params) -> (result)
 *
 *     block (result)                               params, gas
 *       ...                                        call
 *       params, gas; call; set gas                 set gas
 *       ...
 *     end
 *     gas
 *
 * Of recursion that is bounded by a parameter (`bounded-recursion.ts`) the entry makes sure of the frames for all calls that can
 * follow, everyone else calls it by that, and nothing of the stack budget is left in the recursion.
 */
import type { FunctionBody, FunctionType, Instruction, ValueType } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import type { Writer } from '../format/writer.ts';
import type { Step } from '../plan/charge-placement.ts';
import { trackingLocals, writeMarksKept } from '../tracking/write-tracking.ts';
import {
  copyWithSteps,
  leavesByBranch,
  rewrittenAlways,
  rewrittenInBlock,
  stores,
  trackingOf,
  writeBodyBlock,
  writeMemoryAccess,
} from './copy-body.ts';
import { type InjectedIndices, writeFrameEntry, writeStackGivenBack, writeStackSet } from './meter-code.ts';
import { writeObservedBlock, writeObservedValue } from './observe-code.ts';
import { writeStep } from './step-code.ts';

/** Of a function that takes gas by value: where its code is. */
export interface ByValueFunction {
  readonly index: number;
  /** The parameter that bounds how deep its calls of itself go. */
  readonly boundedBy: number | undefined;
  readonly frameWords: number;
}

export interface BodyPlan {
  readonly type: FunctionType;
  /** In the order of their places. */
  readonly steps: readonly Step[];
  /** It takes gas by value. */
  readonly passesGas: boolean;
  /** False for the unmetered twin. */
  readonly keepsStack: boolean;
  readonly frameWords: number;
  /** The host can call it, and finds the whole stack budget again afterwards. */
  readonly isExported: boolean;
  /** By function index: words that a call takes from the stack budget. */
  readonly wordsOf: (functionIndex: number) => number;
  /** By function index: whether a call of it can lead to a function that takes one, or to the host. */
  readonly observesStack: (functionIndex: number) => boolean;
  /** By function index: what a call hands gas to. */
  readonly byValueIndex: (functionIndex: number) => number | undefined;
  /** In the original module. */
  readonly functionIndex: number;
  /** What an instruction leaves that whoever looks on is told. */
  readonly tells: ((instruction: Instruction, index: number) => ValueType | undefined) | undefined;
}

/** Writes the body without its size. */
export function injectBody(
  writer: Writer,
  bytes: Uint8Array,
  body: FunctionBody,
  plan: BodyPlan,
  indices: InjectedIndices,
): void {
  const { type, steps, passesGas, keepsStack, frameWords, isExported, observesStack } = plan;
  const paramCount = type.params.length;
  const ownLocals = body.locals.length;
  const firstAdded = paramCount + ownLocals + (passesGas ? 1 : 0);
  const counter = passesGas ? paramCount : firstAdded;
  const scratch = passesGas ? firstAdded : firstAdded + 1;
  const stepLocals = steps.length === 0 ? [] : passesGas ? SCRATCH_LOCALS : [COUNTER_LOCAL, ...SCRATCH_LOCALS];
  const frame = firstAdded + stepLocals.length;
  const stackLocals = keepsStack ? STACK_LOCALS : [];
  const tracking = trackingOf(body, indices, frame + stackLocals.length);
  // Marks that are gathered are kept behind a block.
  const keepsMarks = tracking?.how.kind === 'bits';
  const isInBlock = passesGas || keepsMarks;
  writer.locals([
    ...body.locals,
    ...stepLocals,
    ...stackLocals,
    ...(tracking === undefined ? [] : trackingLocals(tracking.how)),
  ]);
  if (frameWords > 0) writeFrameEntry(writer, indices.stack, frame, frameWords);
  if (isInBlock) writeBodyBlock(writer, type);
  const leaves = leavesByBranch(writer);
  const ofGuest = (local: number): number => (local < paramCount || !passesGas ? local : local + 1);
  const locals = { ofGuest, counter, scratch };
  const writeCall = (callee: number): void => {
    const byValue = plan.byValueIndex(callee);
    if (byValue === undefined) {
      writer.opcode(Op.call, indices.functionAt(callee));
      return;
    }
    writer.opcode(Op.localGet, counter);
    writer.opcode(Op.call, byValue);
    writer.opcode(Op.localSet, counter);
  };
  const withStack = (isObserved: boolean, takesFrame: boolean, writeIt: () => void): void => {
    if (isObserved && frameWords > 0) {
      writeStackSet(writer, indices.stack, frame);
      writeIt();
      if (isExported) writeStackGivenBack(writer, indices.stack, frame, frameWords);
    } else if (isObserved && takesFrame) {
      writer.opcode(Op.globalGet, indices.stack);
      writer.opcode(Op.localSet, frame);
      writeIt();
      writeStackSet(writer, indices.stack, frame);
    } else {
      writeIt();
    }
  };
  const rewrite = (instruction: Instruction, copy: () => void, index: number): void => {
    const { opcode } = instruction;
    const immediate = Number(instruction.immediate);
    if (isInBlock && leaves(opcode, copy)) return;
    if (opcode === Op.callIndirect) withStack(keepsStack, true, copy);
    else if (opcode === Op.call) {
      withStack(keepsStack && observesStack(immediate), plan.wordsOf(immediate) > 0, () => writeCall(immediate));
    } else if (localAccess.has(opcode)) {
      if (ofGuest(immediate) === immediate) copy();
      else writer.opcode(opcode, ofGuest(immediate));
    } else writeMemoryAccess(writer, instruction, copy, index, tracking, indices);
  };
  const opcodes = rewrittenOpcodes(isInBlock, tracking !== undefined);
  const { observe } = indices;
  const writePlanned = (step: Step): void => {
    writeStep(writer, step, indices, locals);
    const first = body.instructions[step.place.index];
    if (observe !== undefined && step.kind === 'charge' && first !== undefined) {
      writeObservedBlock(writer, observe, plan.functionIndex, first.offset);
    }
  };
  const { tells } = plan;
  const writeAfter =
    observe === undefined || tells === undefined
      ? undefined
      : (instruction: Instruction, copy: () => void, index: number): void => {
          const type = tells(instruction, index);
          if (type === undefined) return;
          copy();
          writeObservedValue(writer, type, observe, instruction.offset);
        };
  copyWithSteps(writer, bytes, body.instructions, steps, writePlanned, { opcodes, rewrite, writeAfter });
  if (keepsMarks) writeMarksKept(writer, tracking.firstLocal, tracking.how);
  if (passesGas) writer.opcode(Op.localGet, counter);
  if (isInBlock) writer.opcode(Op.end);
}

/** What stands at the guest's own index if its code is at another, without its size. */
export function writeEntry(
  writer: Writer,
  { params }: FunctionType,
  { index: byValueIndex, boundedBy, frameWords }: ByValueFunction,
  { gas, stack }: InjectedIndices,
): void {
  writer.locals([]);
  if (boundedBy !== undefined) writeFramesOf(writer, boundedBy, params[boundedBy] === 'i64', frameWords, stack);
  for (const param of params.keys()) writer.opcode(Op.localGet, param);
  writer.opcode(Op.globalGet, gas);
  writer.opcode(Op.call, byValueIndex);
  writer.opcode(Op.globalSet, gas);
  writer.opcode(Op.end);
}

/** Traps unless the budget has frames for param + 1 calls; an i64 param is below 2^32 then, so that nothing wraps. */
function writeFramesOf(writer: Writer, param: number, isLong: boolean, frameWords: number, stack: number): void {
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

const COUNTER_LOCAL: ValueType = 'i64';
/** For what is computed on the way. */
const SCRATCH_LOCALS: readonly ValueType[] = ['i64', 'i64'];
/** What is left of the stack budget: below this frame, or before a call. */
const STACK_LOCALS: readonly ValueType[] = ['i32'];

const localAccess: ReadonlySet<number> = new Set([Op.localGet, Op.localSet, Op.localTee]);

function rewrittenOpcodes(isInBlock: boolean, isTracked: boolean): ReadonlySet<number> {
  const inBlock = isInBlock ? [...rewrittenInBlock, ...localAccess] : [];
  return new Set([...rewrittenAlways, ...(isTracked ? stores : []), ...inBlock]);
}
