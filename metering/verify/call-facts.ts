/** What follows from who calls whom: who comes to the host, who takes a frame and how large it is. */
import { Op, opcodeOf } from '../format/opcodes.ts';
import type { FunctionCode, ModuleCode } from './read-module.ts';

/** By position among the module's own functions. */
export interface CallFacts {
  /** Own functions that it calls directly. */
  readonly callees: readonly (readonly number[])[];
  /** Callees before callers; those that can call each other stand together. */
  readonly groups: readonly (readonly number[])[];
  /** Someone outside of the known callers can call it: the host, or whoever calls through the table. */
  readonly isOpen: readonly boolean[];
  readonly isExported: readonly boolean[];
  /** A call of it can lead to another one, directly or through the table. */
  readonly isRecursive: readonly boolean[];
  /** A call of it can come to a host function, or to the table. */
  readonly reachesHost: readonly boolean[];
  /** A call of it observes the stack global: it reaches the host, or takes a frame, or calls such a function. */
  readonly observesStack: readonly boolean[];
  /** Words it takes from the stack budget; 0 for most (`docs/gas.md`). */
  readonly frameWords: readonly number[];
}

export function callFacts(module: ModuleCode): CallFacts {
  const importCount = module.importedFunctions.length;
  const count = module.functions.length;
  const table = count;
  const inTable = new Set(module.elements.flatMap(({ functionIndices }) => functionIndices.map(toPosition)));
  const exported = new Set(module.exports.flatMap(({ kind, index }) => (kind === 0 ? [toPosition(index)] : [])));
  const callees = module.functions.map(() => new Set<number>());
  const callsOut = new Array<boolean>(count).fill(false);
  for (const [position, { code }] of module.functions.entries()) {
    for (const { opcode, immediate } of code) {
      const callee = toPosition(Number(immediate));
      if (opcode === Op.callIndirect) callees[position]?.add(table);
      else if (opcode === Op.call && callee >= 0) callees[position]?.add(callee);
      if (opcode === Op.callIndirect || (opcode === Op.call && callee < 0)) callsOut[position] = true;
    }
  }
  const edges = [...callees.map((set) => [...set]), [...inTable].filter((position) => position >= 0)];
  const components = stronglyConnected(edges);

  const isOpen = module.functions.map((_, position) => inTable.has(position) || exported.has(position));
  const reachesHost = new Array<boolean>(count).fill(false);
  const observesStack = new Array<boolean>(count).fill(false);
  const isRecursive = new Array<boolean>(count).fill(false);
  const frameWords = new Array<number>(count).fill(0);
  const chains = new Array<number>(count + 1).fill(0);
  const groups: (readonly number[])[] = [];
  for (const component of components) {
    const group = component.filter((node) => node !== table);
    if (group.length === 0) continue;
    groups.push(group);
    const isCycle = component.length > 1 || (callees[group[0] ?? 0]?.has(group[0] ?? 0) ?? false);
    const below = group.flatMap((position) => edges[position] ?? []).filter((node) => node !== table);
    const reaches = group.some((position) => callsOut[position]) || below.some((node) => reachesHost[node]);
    let looks = reaches || below.some((node) => observesStack[node]);
    for (const position of group) {
      const body = module.functions[position];
      if (body === undefined) continue;
      isRecursive[position] = isCycle;
      const chain = (edges[position] ?? []).reduce((most, node) => Math.max(most, chains[node] ?? 0), 0);
      const words = ownWords(module, body) + chain;
      const takesFrame = isCycle || isOpen[position] === true;
      if (takesFrame) frameWords[position] = words;
      else chains[position] = words;
      looks ||= takesFrame;
    }
    for (const position of group) {
      reachesHost[position] = reaches;
      observesStack[position] = looks;
    }
  }
  const isExported = module.functions.map((_, position) => exported.has(position));
  return {
    callees: callees.map((set) => [...set].filter((callee) => callee !== table)),
    groups,
    isOpen,
    isExported,
    isRecursive,
    reachesHost,
    observesStack,
    frameWords,
  };

  function toPosition(functionIndex: number): number {
    return functionIndex - importCount;
  }
}

/** What an engine keeps for each call. */
const CALL_WORDS = 8;
const INSTRUCTIONS_PER_WORD = 8;

function ownWords(module: ModuleCode, body: FunctionCode): number {
  const params = module.types[body.typeIndex]?.params.length ?? 0;
  const kept = Math.floor(body.code.length / INSTRUCTIONS_PER_WORD);
  return params + body.locals.length + deepestOperands(module, body) + kept + CALL_WORDS;
}

/**
 * The most operands at once, over reachable code. A block that begins in reachable code ends in reachable code, whatever
 * is in it.
 */
function deepestOperands(module: ModuleCode, { code, typeIndex }: FunctionCode): number {
  const frames: { readonly height: number; readonly arity: number; readonly isLive: boolean }[] = [];
  let height = 0;
  let deepest = 0;
  let isLive = true;
  frames.push({ height: 0, arity: module.types[typeIndex]?.results.length ?? 0, isLive });
  for (const { opcode, immediate, arity } of code) {
    if (opcode === Op.end || opcode === Op.else) {
      const frame = frames.at(-1);
      // The function's own end pushes nothing: its result goes to the caller.
      if (frame === undefined || (opcode === Op.end && frames.length === 1)) break;
      height = frame.height;
      isLive = frame.isLive;
      if (opcode === Op.end) {
        frames.pop();
        height += frame.arity;
      }
    } else if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) {
      if (opcode === Op.if) height -= 1;
      frames.push({ height, arity, isLive });
    } else if (isLive) {
      const [taken, given] = operandCounts(module, opcode, Number(immediate));
      height += given - taken;
    }
    if (isLive && height > deepest) deepest = height;
    if (neverGoesOn.has(opcode)) isLive = false;
  }
  return deepest;
}

const neverGoesOn: ReadonlySet<number> = new Set([Op.unreachable, Op.br, Op.brTable, Op.return]);

/** Of an instruction that opens and closes no block: how many operands it takes, and how many it leaves. */
export function operandCounts(module: ModuleCode, opcode: number, immediate: number): readonly [number, number] {
  const { operands, results } = opcodeOf(opcode);
  if (operands !== undefined) return [operands.length, results.length];
  if (opcode === Op.call || opcode === Op.callIndirect) {
    const imported = module.importedFunctions.length;
    const typeIndex =
      opcode === Op.callIndirect
        ? immediate
        : (module.importedFunctions[immediate] ?? module.functions[immediate - imported])?.typeIndex;
    const type = module.types[typeIndex ?? 0];
    return [(type?.params.length ?? 0) + (opcode === Op.callIndirect ? 1 : 0), type?.results.length ?? 0];
  }
  return counts.get(opcode) ?? [0, 0];
}

const counts: ReadonlyMap<number, readonly [number, number]> = new Map([
  [Op.drop, [1, 0]],
  [Op.select, [3, 1]],
  [Op.localGet, [0, 1]],
  [Op.localSet, [1, 0]],
  [Op.localTee, [1, 1]],
  [Op.globalGet, [0, 1]],
  [Op.globalSet, [1, 0]],
  [Op.brIf, [1, 0]],
]);

/**
 * Each component after all that it leads to: the second of two searches goes backwards, from what the first left last.
 * M. Sharir, "A strong-connectivity algorithm and its applications in data flow analysis", 1981 (also S. R. Kosaraju).
 */
function stronglyConnected(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const backwards: number[][] = edges.map(() => []);
  for (const [from, targets] of edges.entries()) for (const to of targets) backwards[to]?.push(from);
  const left = new Uint8Array(edges.length);
  // Searched backwards first and forwards then, so that components come callees first.
  const order = [...edges.keys()].flatMap((root) => search(backwards, root, left));
  const found = new Uint8Array(edges.length);
  return order
    .reverse()
    .map((root) => search(edges, root, found))
    .filter((component) => component.length > 0);
}

/** The nodes that can be reached from a root and were not seen before, in the order in which the search leaves them. */
function search(edges: readonly (readonly number[])[], root: number, seen: Uint8Array): number[] {
  if (seen[root] === 1) return [];
  seen[root] = 1;
  const leaving: number[] = [];
  const path: { readonly node: number; readonly rest: Iterator<number> }[] = [];
  const enter = (node: number): void => void path.push({ node, rest: (edges[node] ?? []).values() });
  enter(root);
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const { value: next } = step.rest.next();
    if (next === undefined) {
      leaving.push(step.node);
      path.pop();
    } else if (seen[next] !== 1) {
      seen[next] = 1;
      enter(next);
    }
  }
  return leaving;
}
