/**
 * Places the charges of a whole module: the strategy `default`.
 *
 * The gas plan says what each block costs. All that has to hold is that the counter is right at its observation points: calls that
 * can come to the host, and the function's end. In between, charges may be moved, put together and taken ahead. Here is decided
 * what functions settle among themselves; `place-function-charges.ts` then moves the charges of each by potentials.
 *
 * Functions come after those that they call, so that a caller can pay what its callee wants paid ahead; a callee whose callers
 * are not all known (exported, in the table) wants nothing. On a cycle of calls somebody has to be first: what is not known yet
 * counts as 0, and the function is placed again when it is.
 *
 * A function that charges takes gas by value: what is left of it is a parameter and a result, and so in a register from call to
 * call. It is in the global only where somebody looks who has no register: the host, the table, memory.grow and bulk operations.
 * Around these it is spilled. Where recursion is bounded by a parameter (`bounded-recursion.ts`), frames of the stack budget are
 * taken for all of it at once.
 */
import { type FlowGraph, flowGraph } from '../flow/flow-graph.ts';
import { functionType, type Instruction } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import type { GasPlan } from '../gas/gas-plan.ts';
import { countedLoops } from '../loops/counted-loops.ts';
import { boundingParam } from './bounded-recursion.ts';
import { type ByValuePlan, handsGasOver } from './by-value.ts';
import { blockCosts, type ChargePlacement } from './charge-placement.ts';
import { stepsInGlobal, stepsInLocal } from './charge-steps.ts';
import type { FunctionToPlan } from './function-to-plan.ts';
import type { ModuleFacts } from './module-facts.ts';
import { placeFunctionCharges } from './place-function-charges.ts';

/** Each can be left out, to see what it is worth. */
export interface Techniques {
  readonly countsLoops: boolean;
  readonly paysForCallees: boolean;
  readonly passesGas: boolean;
  readonly boundsRecursion: boolean;
}

export const allTechniques: Techniques = {
  countsLoops: true,
  paysForCallees: true,
  passesGas: true,
  boundsRecursion: true,
};

export interface ModulePlacement extends ByValuePlan {
  /** By position in `module.functions`. */
  readonly functions: readonly ChargePlacement[];
}

/** More than this is not paid ahead for a callee: the sum over a tree of calls can be exponential. */
const MAX_PREPAID = 1 << 16;

export function placeModuleCharges(facts: ModuleFacts, gas: GasPlan, techniques: Techniques): ModulePlacement {
  const { module, calls, observesStack } = facts;
  const { callees, calleesFirst, isInTable, isExported, isRecursive, reachesHost } = calls;
  const importCount = module.importedFunctions.length;
  const functionCount = module.functions.length;
  // On a cycle of calls this has to be known before all are planned.
  const passesGas = isRecursive.map((isOnCycle) => techniques.passesGas && isOnCycle);
  const boundedBy = new Array<number | undefined>(functionCount).fill(undefined);
  const prepaid = new Array<number | undefined>(functionCount).fill(undefined);
  const usesCounter = new Array<boolean>(functionCount).fill(true);
  const functions = new Array<ChargePlacement>(functionCount);

  const isPrepayable = (position: number): boolean =>
    techniques.paysForCallees && isInTable[position] !== true && isExported[position] !== true;
  const handsOver = ({ opcode, immediate }: Instruction, position: number): boolean =>
    opcode === Op.call && handsGasOver(position, Number(immediate) - importCount, { passesGas, boundedBy });
  const observes = ({ opcode, immediate }: Instruction): boolean =>
    opcode === Op.call
      ? (usesCounter[Number(immediate) - importCount] ?? true)
      : opcode === Op.callIndirect || memoryOperations.has(opcode);

  const prepare = (position: number, graph: FlowGraph): FunctionToPlan => {
    const body = at(module.functions, position);
    const { instructions } = body;
    const type = functionType(module, importCount + position);
    const blockCount = graph.blocks.length;
    const calleePrepaid = new Float64Array(blockCount);
    const isCut = new Uint8Array(blockCount);
    const isCall = new Uint8Array(blockCount);
    const isRecursion = new Uint8Array(blockCount);
    const isTrap = new Uint8Array(blockCount);
    const testsEquality = new Uint8Array(blockCount);
    for (let block = 0; block < blockCount; block += 1) {
      const { start, end } = at(graph.blocks, block);
      const last = at(instructions, end - 1);
      if (last.opcode === Op.unreachable) {
        // Not paid for, unless it charges by itself or follows a call that was to be paid ahead.
        const isPaid = (calleePrepaid[block - 1] ?? 0) > 0 || instructions.slice(start, end).some(observes);
        isTrap[block] = isPaid ? 0 : 1;
      }
      if (last.opcode === Op.call || last.opcode === Op.callIndirect) isCall[block] = 1;
      if (last.opcode === Op.if && isEquality.has(instructions[end - 2]?.opcode ?? Op.end)) testsEquality[block] = 1;
      if (last.opcode === Op.callIndirect) isCut[block] = 1;
      if (last.opcode !== Op.call) continue;
      const callee = Number(last.immediate) - importCount;
      calleePrepaid[block] = prepaid[callee] ?? 0;
      isRecursion[block] = isRecursive[callee] === true ? 1 : 0;
      isCut[block] = callee < 0 || !techniques.paysForCallees || reachesHost[callee] === true ? 1 : 0;
    }
    return {
      graph,
      costs: blockCosts(graph, gas[position] ?? []),
      calleePrepaid,
      isCut,
      isTrap,
      isRecursion,
      testsEquality,
      countedLoops: techniques.countsLoops ? countedLoops(module, body, type, graph, isCall, isTrap) : [],
      prepaid: isPrepayable(position) ? { atMost: MAX_PREPAID } : 0,
    };
  };

  const boundOf = (position: number, graph: FlowGraph): number | undefined => {
    const isAlone = callees[position]?.every((callee) => callee === position || observesStack[callee] === false);
    const isBounded = techniques.boundsRecursion && isRecursive[position] === true && reachesHost[position] === false;
    return passesGas[position] === true && isBounded && isAlone === true
      ? boundingParam(module, importCount + position, graph)
      : undefined;
  };

  const planFunction = (position: number, prepaidAlready: number | undefined): ChargePlacement => {
    const { instructions } = at(module.functions, position);
    const { results } = functionType(module, importCount + position);
    const graph = flowGraph(instructions, at(facts.functions, position).control, results.length > 0);
    boundedBy[position] = boundOf(position, graph);
    const toPlan = prepare(position, graph);
    const planned = placeFunctionCharges(
      prepaidAlready === undefined ? toPlan : { ...toPlan, prepaid: prepaidAlready },
    );
    const { drafts } = planned;
    // One that does not charge has nothing to do with the counter, or needs it in the global only.
    let usesGas = drafts.length > 0;
    const observers: number[] = [];
    for (const [index, instruction] of instructions.entries()) {
      if (handsOver(instruction, position)) usesGas = true;
      else if (observes(instruction)) observers.push(index);
    }
    passesGas[position] ||= techniques.passesGas && usesGas;
    usesCounter[position] = usesGas || observers.length > 0;
    const steps = passesGas[position] === true ? stepsInLocal(toPlan, drafts, observers) : stepsInGlobal(drafts);
    return { prepaid: planned.prepaid, steps };
  };

  const again: number[] = [];
  for (const position of calleesFirst) {
    const plan = planFunction(position, undefined);
    functions[position] = plan;
    // Not known yet of a function on the same cycle of calls: planned as 0 now, and again when it is known.
    if (callees[position]?.some((callee) => prepaid[callee] === undefined)) again.push(position);
    prepaid[position] = plan.prepaid;
  }
  for (const position of again) functions[position] = planFunction(position, prepaid[position]);
  return { functions, passesGas, boundedBy };
}

function at<Item>(items: readonly Item[], index: number): NonNullable<Item> {
  const item = items[index];
  if (item === undefined || item === null) throw new RangeError(`there is no function, block or instruction ${index}`);
  return item;
}

const memoryOperations: ReadonlySet<number> = new Set([Op.memoryGrow, Op.memoryCopy, Op.memoryFill]);

const isEquality: ReadonlySet<number> = new Set([Op.i32Eqz, Op.i64Eqz, Op.i32Eq, Op.i64Eq]);
