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
 * Where it can be (`by-value.ts`), the counters are handed from call to call in registers; the frames that this takes of the
 * stack budget are steps as well (`frame-steps.ts`), unless recursion is bounded by a parameter (`bounded-recursion.ts`).
 */
import { type FlowGraph, flowGraph } from '../flow/flow-graph.ts';
import { functionType, type Instruction } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import type { GasPlan } from '../gas/gas-plan.ts';
import { countedLoops } from '../loops/counted-loops.ts';
import { boundingParam } from './bounded-recursion.ts';
import { type Convention, gasAlone, takesGasAlone, whatPassesByValue } from './by-value.ts';
import { blockCosts, byPlace, type ChargePlacement } from './charge-placement.ts';
import { frameSteps } from './frame-steps.ts';
import type { FunctionToPlan } from './function-to-plan.ts';
import type { ModuleFacts } from './module-facts.ts';
import { placeFunctionCharges } from './place-function-charges.ts';

/** Each can be left out, to see what it is worth. */
export interface Techniques {
  readonly countsLoops: boolean;
  readonly paysForCallees: boolean;
  readonly usesLocals: boolean;
  readonly takesByValue: boolean;
}

export const allTechniques: Techniques = {
  countsLoops: true,
  paysForCallees: true,
  usesLocals: true,
  takesByValue: true,
};

export interface ModulePlacement {
  /** By position in `module.functions`. */
  readonly functions: readonly ChargePlacement[];
  /** By position: how the function takes the counters by value; undefined if it does not. */
  readonly conventions: readonly (Convention | undefined)[];
}

/** More than this is not paid ahead for a callee: the sum over a tree of calls can be exponential. */
const MAX_PREPAID = 1 << 16;

export function placeModuleCharges(facts: ModuleFacts, gas: GasPlan, techniques: Techniques): ModulePlacement {
  const { module, calls, stack, observesStack } = facts;
  const { callees, calleesFirst, isInTable, isExported, isRecursive, reachesHost } = calls;
  const importCount = module.importedFunctions.length;
  const functionCount = module.functions.length;
  const passable = techniques.takesByValue ? whatPassesByValue(facts) : [];
  const conventions = new Array<Convention | undefined>(functionCount).fill(undefined);
  const prepaid = new Array<number | undefined>(functionCount).fill(undefined);
  const usesCounter = new Array<boolean>(functionCount).fill(true);
  const plans = new Array<ChargePlacement | undefined>(functionCount).fill(undefined);

  const isPrepayable = (position: number): boolean =>
    techniques.paysForCallees && isInTable[position] !== true && isExported[position] !== true;
  const needsCounter = ({ opcode, immediate }: Instruction): boolean =>
    opcode === Op.call
      ? (usesCounter[Number(immediate) - importCount] ?? true)
      : opcode === Op.callIndirect || memoryOperations.has(opcode);
  const handsOverGas = ({ opcode, immediate }: Instruction): boolean => {
    const convention = opcode === Op.call ? conventions[Number(immediate) - importCount] : undefined;
    return convention !== undefined && takesGasAlone(convention);
  };

  /** From a function that takes both by value, unless the callee makes sure of all its frames where it is entered. */
  const handsOverBoth = ({ opcode, immediate }: Instruction, position: number): boolean => {
    const callee = Number(immediate) - importCount;
    const isTaken = passable[position] === 'gas and stack' && passable[callee] === 'gas and stack';
    return opcode === Op.call && isTaken && (callee === position || conventions[callee]?.boundedBy === undefined);
  };

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
    const observers: { index: number; block: number }[] = [];
    const handsOver = new Uint8Array(blockCount);
    for (let block = 0; block < blockCount; block += 1) {
      const { start, end, isReachable } = at(graph.blocks, block);
      const observersBefore = observers.length;
      for (let index = start; index < end && isReachable; index += 1) {
        const instruction = at(instructions, index);
        if (handsOverGas(instruction) || handsOverBoth(instruction, position)) handsOver[block] = 1;
        else if (needsCounter(instruction)) observers.push({ index, block });
      }
      const last = at(instructions, end - 1);
      // Not paid for, unless it charges by itself or follows a call that was to be paid ahead.
      const observes = observers.length > observersBefore;
      const isPaid = observes || handsOver[block] === 1 || (calleePrepaid[block - 1] ?? 0) > 0;
      if (last.opcode === Op.unreachable && !isPaid) isTrap[block] = 1;
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
      endsInCall: isCall,
      observers,
      handsOver,
      countedLoops: techniques.countsLoops ? countedLoops(module, body, type, graph, isCall, isTrap) : [],
      prepaid: isPrepayable(position) ? { atMost: MAX_PREPAID } : 0,
      usesLocals: techniques.usesLocals,
      passes: passable[position] ?? 'no',
    };
  };

  /** Decides how the function takes the counters by value, and where it takes frames for the functions that it calls. */
  const withFrames = (position: number, graph: FlowGraph, plan: ChargePlacement): ChargePlacement => {
    const others = callees[position]?.filter((callee) => callee !== position) ?? [];
    const isAlone = others.every((callee) => observesStack[callee] === false);
    const boundedBy = isAlone ? boundingParam(module, importCount + position, graph) : undefined;
    conventions[position] = { takesStack: boundedBy === undefined, boundedBy };
    if (boundedBy !== undefined) return plan;
    const { instructions } = at(module.functions, position);
    const words = graph.blocks.map(({ end }) => {
      const { opcode, immediate } = at(instructions, end - 1);
      const callee = Number(immediate) - importCount;
      // Of another function on the same cycle of calls it may not be known yet.
      const handsStack = passable[callee] === 'gas and stack' && conventions[callee]?.takesStack !== false;
      const takesFrame = opcode === Op.call && handsStack;
      return takesFrame ? (stack[callee] ?? 0) : 0;
    });
    const most = words.reduce((left, right) => Math.max(left, right), 0);
    const frames = frameSteps(
      graph,
      words.map((each) => each > 0),
      most,
    );
    return { ...plan, steps: [...plan.steps, ...frames].sort(byPlace) };
  };

  const planFunction = (position: number, prepaidAlready: number | undefined): ChargePlacement => {
    const { instructions } = at(module.functions, position);
    const { results } = functionType(module, importCount + position);
    const graph = flowGraph(instructions, at(facts.functions, position).control, results.length > 0);
    const toPlan = prepare(position, graph);
    const plan = placeFunctionCharges(prepaidAlready === undefined ? toPlan : { ...toPlan, prepaid: prepaidAlready });
    if (passable[position] === 'gas and stack') return withFrames(position, graph, plan);
    // One that does not charge has nothing to do with the counter, or needs it in the global only.
    const usesGas = plan.steps.length > 0 || toPlan.handsOver.includes(1);
    conventions[position] = passable[position] === 'gas alone' && usesGas ? gasAlone : undefined;
    return plan;
  };

  const again: number[] = [];
  for (const position of calleesFirst) {
    const plan = planFunction(position, undefined);
    plans[position] = plan;
    // Not known yet of a function on the same cycle of calls: planned as 0 now, and again when it is known.
    if (callees[position]?.some((callee) => prepaid[callee] === undefined)) again.push(position);
    prepaid[position] = plan.prepaid;
    usesCounter[position] = plan.steps.length > 0 || at(module.functions, position).instructions.some(needsCounter);
  }
  for (const position of again) plans[position] = planFunction(position, prepaid[position]);
  return { functions: plans.map((_, position) => at(plans, position) as ChargePlacement), conventions };
}

function at<Item>(items: readonly Item[], index: number): NonNullable<Item> {
  const item = items[index];
  if (item === undefined || item === null) throw new RangeError(`there is no function, block or instruction ${index}`);
  return item;
}

const memoryOperations: ReadonlySet<number> = new Set([Op.memoryGrow, Op.memoryCopy, Op.memoryFill]);

const isEquality: ReadonlySet<number> = new Set([Op.i32Eqz, Op.i64Eqz, Op.i32Eq, Op.i64Eq]);
