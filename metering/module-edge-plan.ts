/**
 * The edge plans of a whole module. Functions come after those that they call, so that a caller can pay what its callee
 * wants paid ahead; a callee whose callers are not all known (exported, in the table) wants nothing.
 */
import { blockCosts } from './block-steps.ts';
import { callGraph } from './call-graph.ts';
import { countedLoops } from './counted-loops.ts';
import { type EdgePlan, type FunctionToPlan, planEdges } from './edge-plan.ts';
import { flowGraph } from './flow-graph.ts';
import type { GasPlan } from './gas-plan.ts';
import { functionType, type Module } from './module.ts';
import { Op } from './opcodes.ts';
import type { FunctionFacts } from './validate-body.ts';
import { whatReaches } from './what-reaches.ts';

/** Each can be left out, to see what it is worth. */
export interface Techniques {
  readonly countsLoops: boolean;
  readonly paysForCallees: boolean;
  readonly usesLocals: boolean;
}

export const allTechniques: Techniques = { countsLoops: true, paysForCallees: true, usesLocals: true };

/** More than this is not paid ahead for a callee: the sum over a tree of calls can be exponential. */
const MAX_PREPAID = 1 << 16;

/** By position in `module.functions`. */
export function planModuleEdges(
  module: Module,
  facts: readonly FunctionFacts[],
  gas: GasPlan,
  techniques: Techniques,
): readonly EdgePlan[] {
  const { calleesFirst, isInTable, isRecursive } = callGraph(module);
  const importCount = module.importedFunctions.length;
  const exported = new Set(module.exports.flatMap(({ kind, index }) => (kind === 'function' ? [index] : [])));
  const reachesHost = whatReaches(module, () => false);
  const prepaid = new Array<number | undefined>(module.functions.length).fill(undefined);
  const plans = new Array<EdgePlan | undefined>(module.functions.length).fill(undefined);

  const isPrepayable = (position: number): boolean =>
    techniques.paysForCallees && isInTable[position] !== true && !exported.has(importCount + position);
  const prepare = (position: number): FunctionToPlan => {
    const body = module.functions[position];
    const fact = facts[position];
    if (body === undefined || fact === undefined) throw new RangeError(`no function ${position}`);
    const { instructions } = body;
    const type = functionType(module, importCount + position);
    const graph = flowGraph(instructions, fact.control, type.results.length > 0);
    const lastOf = graph.blocks.map(({ end }) => instructions[end - 1]);
    const calleePrepaid = lastOf.map((last) =>
      last?.opcode === Op.call ? (prepaid[Number(last.immediate) - importCount] ?? 0) : 0,
    );
    const isCut = lastOf.map(
      (last) =>
        last?.opcode === Op.callIndirect ||
        (last?.opcode === Op.call &&
          (Number(last.immediate) < importCount ||
            !techniques.paysForCallees ||
            reachesHost[Number(last.immediate) - importCount] === true)),
    );
    const isRecursion = lastOf.map(
      (last) => last?.opcode === Op.call && isRecursive[Number(last.immediate) - importCount] === true,
    );
    const isTrap = lastOf.map((last) => last?.opcode === Op.unreachable);
    const needsGlobal = graph.blocks.map(({ start, end }) => {
      for (let index = start; index < end; index += 1) {
        if (globalUsers.has(instructions[index]?.opcode ?? Op.end)) return true;
      }
      return false;
    });
    return {
      graph,
      costs: blockCosts(graph, gas[position] ?? []),
      calleePrepaid,
      isCut,
      isTrap,
      isRecursion,
      needsGlobal,
      countedLoops: techniques.countsLoops
        ? countedLoops(
            module,
            body,
            type,
            graph,
            (block) => isCut[block] === true || lastOf[block]?.opcode === Op.call,
            (block) => isTrap[block] === true,
          )
        : [],
      prepaid: isPrepayable(position) ? { atMost: MAX_PREPAID } : 0,
      usesLocals: techniques.usesLocals,
    };
  };

  const again: number[] = [];
  for (const position of calleesFirst) {
    const plan = planEdges(prepare(position));
    plans[position] = plan;
    // Not known yet of a function on the same cycle of calls: planned as 0 now, and again when it is known.
    for (const { opcode, immediate } of module.functions[position]?.instructions ?? []) {
      if (opcode !== Op.call || Number(immediate) < importCount || again.at(-1) === position) continue;
      if (prepaid[Number(immediate) - importCount] === undefined) again.push(position);
    }
    prepaid[position] = plan.prepaid;
  }
  for (const position of again) {
    plans[position] = planEdges({ ...prepare(position), prepaid: prepaid[position] ?? 0 });
  }
  return plans.map((plan, position) => {
    if (plan === undefined) throw new RangeError(`function ${position} was left out of the call graph`);
    return plan;
  });
}

const globalUsers: ReadonlySet<number> = new Set([
  Op.call,
  Op.callIndirect,
  Op.memoryGrow,
  Op.memoryCopy,
  Op.memoryFill,
]);
