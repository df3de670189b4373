/**
 * Which of a module's own functions call which, as far as the code alone tells. `call_indirect` may call every function
 * in an element segment: one node beside the functions stands for the table, so that the edges stay as few as the calls.
 */
import type { Module } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import { at } from './at.ts';

export interface CallGraph {
  /** By position in `module.functions`: the positions it calls directly, each once. Calls of imports are left out. */
  readonly callees: readonly (readonly number[])[];
  /** By position: whether an element segment has it. */
  readonly isInTable: readonly boolean[];
  readonly isExported: readonly boolean[];
  /** By position: whether it calls an import, or through the table. */
  readonly leavesModule: readonly boolean[];
  /** By position: whether a call of it can come to one that does. */
  readonly reachesHost: readonly boolean[];
  /** By position: whether a call of it can lead to another call of it before it returns. */
  readonly isRecursive: readonly boolean[];
  /** All positions. A function comes after those it calls, except after such as can call it in turn. */
  readonly calleesFirst: readonly number[];
}

/** Takes time in proportion to the code. */
export function callGraph(module: Module): CallGraph {
  const importCount = module.importedFunctions.length;
  const functionCount = module.functions.length;
  const table = functionCount;
  const inTable = new Set<number>();
  for (const { functionIndices } of module.elements) {
    for (const index of functionIndices) if (index >= importCount) inTable.add(index - importCount);
  }
  const exported = new Set(
    module.exports.flatMap(({ kind, index }) => (kind === 'function' ? [index - importCount] : [])),
  );
  const callees: number[][] = [];
  const leavesModule: boolean[] = [];
  const successors: (readonly number[])[] = [];
  for (const { instructions } of module.functions) {
    const called = new Set<number>();
    let callsTable = false;
    let callsImport = false;
    for (const { opcode, immediate } of instructions) {
      if (opcode === Op.callIndirect) callsTable = true;
      else if (opcode === Op.call && Number(immediate) < importCount) callsImport = true;
      else if (opcode === Op.call) called.add(Number(immediate) - importCount);
    }
    callees.push([...called]);
    leavesModule.push(callsTable || callsImport);
    successors.push(callsTable ? [...called, table] : [...called]);
  }
  successors.push([...inTable]);

  const isRecursive = new Array<boolean>(functionCount).fill(false);
  const calleesFirst: number[] = [];
  for (const component of stronglyConnected(successors)) {
    for (const node of component) {
      if (node === table) continue;
      isRecursive[node] = component.length > 1 || callees[node]?.includes(node) === true;
      calleesFirst.push(node);
    }
  }
  return {
    callees,
    isInTable: callees.map((_, position) => inTable.has(position)),
    isExported: callees.map((_, position) => exported.has(position)),
    leavesModule,
    reachesHost: whatReaches({ callees }, (position) => leavesModule[position] === true),
    isRecursive,
    calleesFirst,
  };
}

/** By position: whether a call of the function can come to one of the functions of interest, which count themselves. */
export function whatReaches(
  { callees }: Pick<CallGraph, 'callees'>,
  isOfInterest: (position: number) => boolean,
): readonly boolean[] {
  const callers: number[][] = callees.map(() => []);
  for (const [caller, called] of callees.entries()) for (const callee of called) callers[callee]?.push(caller);
  const reaches = callees.map((_, position) => isOfInterest(position));
  const pending = reaches.flatMap((isReaching, position) => (isReaching ? [position] : []));
  for (let callee = pending.pop(); callee !== undefined; callee = pending.pop()) {
    for (const caller of callers[callee] ?? []) {
      if (reaches[caller] === true) continue;
      reaches[caller] = true;
      pending.push(caller);
    }
  }
  return reaches;
}

const UNSEEN = -1;

/**
 * The strongly connected components of a graph, each after all that it leads to. Without recursion: chains of calls can
 * be as long as a module has functions.
 * R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Computing 1 (1972).
 */
function stronglyConnected(successors: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const components: number[][] = [];
  const order = new Int32Array(successors.length).fill(UNSEEN);
  const lowest = new Int32Array(successors.length);
  const isOpen = new Uint8Array(successors.length);
  const open: number[] = [];
  const path: { readonly node: number; readonly rest: Iterator<number> }[] = [];
  let visited = 0;
  const enter = (node: number): void => {
    order[node] = visited;
    lowest[node] = visited;
    visited += 1;
    open.push(node);
    isOpen[node] = 1;
    path.push({ node, rest: at(successors, node).values() });
  };
  const lower = (node: number, bound: number): void => {
    if (bound < at(lowest, node)) lowest[node] = bound;
  };
  for (const root of successors.keys()) {
    if (at(order, root) !== UNSEEN) continue;
    enter(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const { node, rest } = step;
      const { value: next } = rest.next();
      if (next === undefined) {
        path.pop();
        const caller = path.at(-1);
        if (caller !== undefined) lower(caller.node, at(lowest, node));
        if (at(lowest, node) === at(order, node)) {
          const component = open.splice(open.lastIndexOf(node));
          for (const member of component) isOpen[member] = 0;
          components.push(component);
        }
      } else if (at(order, next) === UNSEEN) {
        enter(next);
      } else if (at(isOpen, next) === 1) {
        lower(node, at(order, next));
      }
    }
  }
  return components;
}
