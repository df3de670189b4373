/**
 * A function that carries the counters (`carried.ts`) becomes two. The guest's code goes into a new one behind the
 * module's own, of a longer type:
 *
 *     (params, gas, stack) -> (result, gas)
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
import { CARRIED_PARAMS, carriedLocals } from './carried.ts';
import { copyWithSteps, memoryOperations, writeLocals, writeMemoryHelper } from './copy-body.ts';
import type { Step } from './edge-plan.ts';
import { type BodyPlan, STEP_LOCALS } from './inject-body.ts';
import {
  EMPTY_BLOCK_TYPE,
  type MeterIndices,
  writeFrameEntry,
  writeGlobal,
  writeLocal,
  writeStackGivenBack,
  writeStackSet,
} from './meter-code.ts';
import type { FunctionBody, FunctionType, Instruction, ValueType } from './module.ts';
import { Op } from './opcodes.ts';
import { writeStep } from './step-code.ts';
import type { Writer } from './writer.ts';

/** What a body needs to know of the functions that it calls, by function index. */
export interface CarriedCalls {
  /** Index of the function that carries the counters; undefined if it has none. */
  readonly carriedIndex: (functionIndex: number) => number | undefined;
  readonly usesCounter: (functionIndex: number) => boolean;
  /** Words that a call takes from the stack budget. */
  readonly wordsOf: (functionIndex: number) => number;
}

export function carriedType({ params, results }: FunctionType): FunctionType {
  return { params: [...params, 'i64', 'i32'], results: [...results, 'i64'] };
}

/** The function with the guest's code, without its size. */
export function injectCarriedBody(
  writer: Writer,
  bytes: Uint8Array,
  body: FunctionBody,
  plan: BodyPlan,
  calls: CarriedCalls,
  indices: MeterIndices,
): void {
  const { params, results } = plan.type;
  const { gas, stack } = carriedLocals(params.length);
  const frame = params.length + CARRIED_PARAMS + body.locals.length;
  const locals = { counter: gas, scratch: frame + 1, stack, frame };
  writeLocals(writer, [...body.locals, ...FRAME_LOCALS, ...STEP_LOCALS.slice(1)]);
  writer.opcode(Op.block);
  if (results[0] === undefined) writer.byte(EMPTY_BLOCK_TYPE);
  else writer.valueType(results[0]);

  const checkedWords = plan.steps.find(({ kind }) => kind === 'frame') as Extract<Step, { kind: 'frame' }> | undefined;
  const writeCall = (callee: number, copy: () => void): void => {
    const carried = calls.carriedIndex(callee);
    if (carried !== undefined) {
      writeLocal(writer, Op.localGet, gas);
      const words = calls.wordsOf(callee);
      if (words === checkedWords?.words) {
        writeLocal(writer, Op.localGet, frame);
      } else {
        writeLocal(writer, Op.localGet, stack);
        writer.opcode(Op.i32Const);
        writer.s32(words);
        writer.opcode(Op.i32Sub);
      }
      writer.opcode(Op.call);
      writer.u32(carried);
      writeLocal(writer, Op.localSet, gas);
      return;
    }
    if (plan.looksAtStack(callee)) writeStackSet(writer, indices.stack, stack);
    withCounterInGlobal(calls.usesCounter(callee), copy);
  };
  const withCounterInGlobal = (isNeeded: boolean, write: () => void): void => {
    if (isNeeded) {
      writeLocal(writer, Op.localGet, gas);
      writeGlobal(writer, Op.globalSet, indices.gas);
    }
    write();
    if (isNeeded) {
      writeGlobal(writer, Op.globalGet, indices.gas);
      writeLocal(writer, Op.localSet, gas);
    }
  };
  // How many blocks are open inside the one around the code: what `return` has to leave.
  let depth = 0;
  const rewrite = ({ opcode, immediate }: Instruction, copy: () => void): void => {
    if (openers.has(opcode)) {
      depth += 1;
      copy();
    } else if (opcode === Op.end) {
      depth -= 1;
      copy();
    } else if (opcode === Op.return) {
      writer.opcode(Op.br);
      writer.u32(depth);
    } else if (opcode === Op.call) {
      writeCall(Number(immediate), copy);
    } else if (memoryOperations.has(opcode)) {
      withCounterInGlobal(true, () => writeMemoryHelper(writer, opcode, indices));
    } else if (Number(immediate) >= params.length) {
      writer.opcode(opcode);
      writer.u32(Number(immediate) + CARRIED_PARAMS);
    } else copy();
  };
  const writePlanned = (step: Step): void => writeStep(writer, step, indices, locals);
  copyWithSteps(writer, bytes, body.instructions, plan.steps, writePlanned, { opcodes: rewritten, rewrite });
  writeLocal(writer, Op.localGet, gas);
  writer.opcode(Op.end);
}

/** The function at the guest's own index, without its size. */
export function writeCarriedEntry(writer: Writer, plan: BodyPlan, carriedIndex: number, indices: MeterIndices): void {
  const paramCount = plan.type.params.length;
  const frame = paramCount;
  writeLocals(writer, FRAME_LOCALS);
  writeFrameEntry(writer, indices.stack, frame, plan.frameWords);
  for (let param = 0; param < paramCount; param += 1) writeLocal(writer, Op.localGet, param);
  writeGlobal(writer, Op.globalGet, indices.gas);
  writeLocal(writer, Op.localGet, frame);
  writer.opcode(Op.call);
  writer.u32(carriedIndex);
  writeGlobal(writer, Op.globalSet, indices.gas);
  if (plan.isExported) writeStackGivenBack(writer, indices.stack, frame, plan.frameWords);
  writer.opcode(Op.end);
}

/** What is left of the stack budget below a call. */
const FRAME_LOCALS: readonly ValueType[] = ['i32'];

const openers: ReadonlySet<number> = new Set([Op.block, Op.loop, Op.if]);

const rewritten: ReadonlySet<number> = new Set([
  ...memoryOperations,
  ...openers,
  Op.end,
  Op.return,
  Op.call,
  Op.localGet,
  Op.localSet,
  Op.localTee,
]);
