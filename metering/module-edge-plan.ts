/**
 * The edge plans of a whole module. Functions come after those that they call, so that a caller can pay what its callee
 * wants paid ahead; a callee whose callers are not all known (exported, in the table) wants nothing.
 */
import { blockCosts } from './block-steps.ts';
import { callGraph } from './call-graph.ts';
import { type Carrier, canCarry } from './carried.ts';
import { countedLoops } from './counted-loops.ts';
import { descendingParam } from './descent.ts';
import { byPlace, type EdgePlan, type FunctionToPlan, planEdges } from './edge-plan.ts';
import { flowGraph } from './flow-graph.ts';
import { frameSteps } from './frame-steps.ts';
import type { GasPlan } from './gas-plan.ts';
import { functionType, type Instruction, type Module } from './module.ts';
import { Op } from './opcodes.ts';
import type { StackPlan } from './stack-plan.ts';
import type { FunctionFacts } from './validate-body.ts';
import { whatReaches } from './what-reaches.ts';

/** Each can be left out, to see what it is worth. */
export interface Techniques {
  readonly countsLoops: boolean;
  readonly paysForCallees: boolean;
  readonly usesLocals: boolean;
  readonly carriesCounters: boolean;
}

export const allTechniques: Techniques = {
  countsLoops: true,
  paysForCallees: true,
  usesLocals: true,
  carriesCounters: true,
};

export interface ModuleEdgePlan {
  /** By position in `module.functions`. */
  readonly functions: readonly EdgePlan[];
  /** By position: how the function carries the counters; undefined if it does not. */
  readonly carriers: readonly (Carrier | undefined)[];
  /** By position: whether a call of it needs the counter in the global. */
  readonly usesCounter: readonly boolean[];
}

/** More than this is not paid ahead for a callee: the sum over a tree of calls can be exponential. */
const MAX_PREPAID = 1 << 16;

export function planModuleEdges(
  module: Module,
  facts: readonly FunctionFacts[],
  gas: GasPlan,
  stack: StackPlan,
  techniques: Techniques,
): ModuleEdgePlan {
  const { calleesFirst, isInTable, isRecursive } = callGraph(module);
  const importCount = module.importedFunctions.length;
  const exported = new Set(module.exports.flatMap(({ kind, index }) => (kind === 'function' ? [index] : [])));
  const reachesHost = whatReaches(module, () => false);
  const looksAtStack = whatReaches(module, (position) => (stack[position] ?? 0) > 0);
  const carries = techniques.carriesCounters ? canCarry(module) : module.functions.map(() => false);
  const carriers = new Array<Carrier | undefined>(module.functions.length).fill(undefined);
  const prepaid = new Array<number | undefined>(module.functions.length).fill(undefined);
  const usesCounter = new Array<boolean>(module.functions.length).fill(true);
  const plans = new Array<EdgePlan | undefined>(module.functions.length).fill(undefined);

  const isPrepayable = (position: number): boolean =>
    techniques.paysForCallees && isInTable[position] !== true && !exported.has(importCount + position);
  /** The function that a call leads to, if it is one of the module's own. */
  const calleeOf = ({ opcode, immediate }: Instruction): number | undefined =>
    opcode === Op.call && Number(immediate) >= importCount ? Number(immediate) - importCount : undefined;
  const needsGlobal = (instruction: Instruction): boolean => {
    const callee = calleeOf(instruction);
    return callee === undefined ? globalUsers.has(instruction.opcode) : usesCounter[callee] === true;
  };

  const planFunction = (position: number, prepaidAlready: number | undefined): EdgePlan => {
    const body = at(module.functions, position);
    const { instructions } = body;
    const type = functionType(module, importCount + position);
    const graph = flowGraph(instructions, at(facts, position).control, type.results.length > 0);
    const lastOf = graph.blocks.map(({ end }) => at(instructions, end - 1));
    const calleeOfBlock = lastOf.map(calleeOf);
    const isCall = lastOf.map(({ opcode }) => opcode === Op.call || opcode === Op.callIndirect);
    const isCut = lastOf.map((_, block) => {
      const callee = calleeOfBlock[block];
      if (callee === undefined) return isCall[block] === true;
      return !techniques.paysForCallees || reachesHost[callee] === true;
    });
    const calleePrepaid = calleeOfBlock.map((callee) => (callee === undefined ? 0 : (prepaid[callee] ?? 0)));
    const blockNeedsGlobal = graph.blocks.map(({ start, end }) => {
      for (let index = start; index < end; index += 1) if (needsGlobal(at(instructions, index))) return true;
      return false;
    });
    // What ends in `unreachable` is not paid for, unless it charges by itself or follows a call that was to be paid ahead.
    const isTrap = lastOf.map(
      ({ opcode }, block) =>
        opcode === Op.unreachable && blockNeedsGlobal[block] === false && (calleePrepaid[block - 1] ?? 0) === 0,
    );
    const toPlan: FunctionToPlan = {
      graph,
      costs: blockCosts(graph, gas[position] ?? []),
      calleePrepaid,
      isCut,
      isTrap,
      isRecursion: calleeOfBlock.map((callee) => callee !== undefined && isRecursive[callee] === true),
      needsGlobal: blockNeedsGlobal,
      countedLoops: techniques.countsLoops
        ? countedLoops(
            module,
            body,
            type,
            graph,
            (block) => isCall[block] === true,
            (block) => isTrap[block] === true,
          )
        : [],
      prepaid: prepaidAlready ?? (isPrepayable(position) ? { atMost: MAX_PREPAID } : 0),
      usesLocals: techniques.usesLocals,
      carries: carries[position] === true,
    };
    const plan = planEdges(toPlan);
    if (carries[position] !== true) return plan;
    const isAlone = calleeOfBlock.every(
      (callee) => callee === undefined || callee === position || looksAtStack[callee] === false,
    );
    const descendsIn = isAlone ? descendingParam(module, importCount + position, graph) : undefined;
    carriers[position] = { descendsIn };
    if (descendsIn !== undefined) return plan;
    const frames = calleeOfBlock.map((callee) =>
      callee !== undefined && carries[callee] === true && carriers[callee]?.descendsIn === undefined
        ? (stack[callee] ?? 0)
        : 0,
    );
    const frame = frameSteps(
      graph,
      frames.map((words) => words > 0),
      frames.reduce((most, words) => Math.max(most, words), 0),
    );
    return { ...plan, steps: [...plan.steps, ...frame].sort(byPlace) };
  };

  const again: number[] = [];
  for (const position of calleesFirst) {
    const plan = planFunction(position, undefined);
    plans[position] = plan;
    // Not known yet of a function on the same cycle of calls: planned as 0 now, and again when it is known.
    const { instructions } = at(module.functions, position);
    const isEarly = instructions.some((instruction) => plans[calleeOf(instruction) ?? position] === undefined);
    const isSelfCalled = instructions.some((instruction) => calleeOf(instruction) === position);
    if (isEarly || isSelfCalled) again.push(position);
    prepaid[position] = plan.prepaid;
    usesCounter[position] = plan.steps.length > 0 || instructions.some(needsGlobal);
  }
  for (const position of again) plans[position] = planFunction(position, prepaid[position]);
  return { functions: plans.map((plan) => plan as EdgePlan), carriers, usesCounter };
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`there is no function, block or instruction ${index}`);
  return item;
}

const globalUsers: ReadonlySet<number> = new Set([
  Op.call,
  Op.callIndirect,
  Op.memoryGrow,
  Op.memoryCopy,
  Op.memoryFill,
]);
