import { functionType, type Module } from '../../metering/format/module.ts';
import { opcodeOf } from '../../metering/format/opcodes.ts';
import type { FunctionFacts } from '../../metering/format/validate-body.ts';

/** Words that every frame takes beside the values that it may hold (docs/gas.md, "The stack budget"). */
const FRAME_OVERHEAD_WORDS = 8;

/** Function indices; -1 is the table: what a call_indirect calls, and what calls every function in it. */
type Calls = ReadonlyMap<number, ReadonlySet<number>>;
const TABLE = -1;

/** What a call of each function takes from the stack budget, by function index; nothing for those that are missing. */
export function stackFrames(module: Module, facts: readonly FunctionFacts[]): ReadonlyMap<number, number> {
  const calls = callsOf(module);
  const { finished, partners } = dependencies(calls);
  const starts = new Set<number>(calls.get(TABLE));
  for (const { kind, index } of module.exports) if (kind === 'function') starts.add(index);

  const frames = new Map<number, number>();
  const chains = new Map<number, number>();
  for (const index of finished) {
    if (index === TABLE) continue;
    const body = module.functions[index - module.importedFunctions.length];
    const fact = facts[index - module.importedFunctions.length];
    if (body === undefined || fact === undefined) continue;
    const { params } = functionType(module, index);
    const { locals, instructions } = body;
    const values = params.length + locals.length + fact.deepestOperands + Math.trunc(instructions.length / 8);
    const own = values + FRAME_OVERHEAD_WORDS;
    const callees = calls.get(index) ?? new Set();
    let below = 0;
    for (const callee of callees) below = Math.max(below, chains.get(callee) ?? 0);
    const isInCycle = callees.has(index) || (partners.get(index) ?? 0) > 1;
    (isInCycle || starts.has(index) ? frames : chains).set(index, own + below);
  }
  return frames;
}

function callsOf({ importedFunctions, functions, elements }: Module): Calls {
  const calls = new Map<number, Set<number>>([[TABLE, new Set(elements.flatMap((row) => row.functionIndices))]]);
  for (const [position, { instructions }] of functions.entries()) {
    const callees = new Set<number>();
    for (const { opcode, immediate } of instructions) {
      const { mnemonic } = opcodeOf(opcode);
      if (mnemonic === 'call') callees.add(Number(immediate));
      if (mnemonic === 'call_indirect') callees.add(TABLE);
    }
    calls.set(importedFunctions.length + position, callees);
  }
  return calls;
}

/** The nodes in the order in which a search leaves them, and for each one how many can call it and be called by it. */
function dependencies(calls: Calls): {
  readonly finished: readonly number[];
  readonly partners: ReadonlyMap<number, number>;
} {
  const callers = new Map<number, number[]>();
  for (const [caller, callees] of calls) {
    for (const callee of callees) {
      const known = callers.get(callee);
      if (known === undefined) callers.set(callee, [caller]);
      else known.push(caller);
    }
  }
  const finished = search(calls.keys(), (node) => calls.get(node) ?? [], new Set());
  // S. R. Kosaraju: going back from what was left last, one finds exactly those that are in a cycle with it.
  const partners = new Map<number, number>();
  const seen = new Set<number>();
  for (const node of [...finished].reverse()) {
    const component = search([node], (callee) => callers.get(callee) ?? [], seen);
    for (const member of component) partners.set(member, component.length);
  }
  return { finished, partners };
}

/** Depth first from every root; what is in `seen` already is passed over. Without recursion: chains can be long. */
function search(roots: Iterable<number>, next: (node: number) => Iterable<number>, seen: Set<number>): number[] {
  const finished: number[] = [];
  const path: { readonly node: number; readonly rest: Iterator<number> }[] = [];
  const enter = (node: number): void => {
    if (seen.has(node)) return;
    seen.add(node);
    path.push({ node, rest: next(node)[Symbol.iterator]() });
  };
  for (const root of roots) {
    enter(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const { value, done } = step.rest.next();
      if (done !== true) enter(value);
      else finished.push((path.pop() as { readonly node: number }).node);
    }
  }
  return finished;
}
