/**
 * Moves the charges of one function from its blocks to few of its edges. Every block gets a potential: what is paid ahead
 * when control comes to it. An edge then carries
 *
 *     charge(u -> v) = cost(u) + potential(v) - potential(u)
 *
 * and the sum along a path is the path's cost, whatever the potentials are. They are chosen so that the edges of a
 * spanning tree, taken where control is likely to pass, carry nothing (Knuth and Stevenson 1973; Ball and Larus 1994).
 * No potential is below the cost of its block, so that nothing runs before it is paid. Where the counter is looked at
 * (calls that can lead to the host, the function's end) the potential is 0, and the counter exact.
 *
 * A loop with a known number of turns pays for its ways back in front of it.
 */
import type { CountedLoop, TurnCount } from './counted-loops.ts';
import { EXIT, type FlowGraph, isWithin, type Place } from './flow-graph.ts';
import { OffsetForest } from './offset-forest.ts';
import { constantTurns } from './turn-count.ts';

/** What injected code does at a place; several at one place stand in order. Amounts are gas, of either sign. */
export type Step =
  /** Takes the amount from the counter; traps below zero if it is to check. */
  | {
      readonly kind: 'charge';
      readonly place: Place;
      readonly amount: number;
      readonly inLocal: boolean;
      readonly isChecked: boolean;
    }
  /** Takes `amount` for each turn of the loop that begins here, and `once`. */
  | {
      readonly kind: 'turns';
      readonly place: Place;
      readonly amount: number;
      /** Taken once, in the same step. */
      readonly once: number;
      readonly turns: TurnCount;
      readonly inLocal: boolean;
    }
  /** The counter moves from the global to a local, and back. */
  | { readonly kind: 'load' | 'store'; readonly place: Place }
  /** A function that carries the stack budget takes what a call needs of it; traps below zero. */
  | { readonly kind: 'frame'; readonly place: Place; readonly words: number };

export interface EdgePlan {
  /** What a caller has paid already when the function is entered. */
  readonly prepaid: number;
  readonly steps: readonly Step[];
}

export interface FunctionToPlan {
  readonly graph: FlowGraph;
  /** By block: the cost of `docs/gas.md`, without dynamic terms. */
  readonly costs: readonly number[];
  /** By block: what the function that it ends with calling wants prepaid. */
  readonly calleePrepaid: readonly number[];
  /** By block: it ends with a call that can lead to the host. */
  readonly isCut: readonly boolean[];
  /** By block: it ends in `unreachable`. */
  readonly isTrap: readonly boolean[];
  /** By block: it ends with a call of a function that can call itself. */
  readonly isRecursion: readonly boolean[];
  /** By block: the counter has to be in the global, because of a call, a memory.grow or a bulk operation. */
  readonly needsGlobal: readonly boolean[];
  readonly countedLoops: readonly CountedLoop[];
  /** What callers pay ahead: so much, or else what is best, up to a limit. */
  readonly prepaid: number | { readonly atMost: number };
  /** Prefers a local as the counter of loops that charge in every turn. */
  readonly usesLocals: boolean;
  /** The counter is in a local from the beginning to the end (`carried.ts`). */
  readonly carries: boolean;
}

/** Where the function begins. */
const ENTRY: Place = { kind: 'before', index: 0, rank: 0 };

/** Constant turns that cost more than this are not paid further ahead than in front of their loop. */
const MAX_FOLDED = 1 << 16;
/** Paid ahead, beyond the block's own cost. */
const MAX_AHEAD = 1 << 20;
/** Keeps the product with 2^32 turns far below 2^62. */
const MAX_PER_TURN = 1 << 28;

/** An edge of the graph of potentials: `weight` is the cost between its ends. */
interface Link {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly place: Place;
  readonly frequency: number;
  /** Position in `FlowGraph.edges`. */
  readonly edge: number | undefined;
}

export function planEdges(toPlan: FunctionToPlan): EdgePlan {
  const { graph, costs } = toPlan;
  const { groups, isForced, nodeCount, zero } = jointTargets(graph);
  const links = linksOf(toPlan, groups, zero);
  const counted = new Map(toPlan.countedLoops.map((loop) => [loop.backEdge, loop]));
  const entered = new Map(toPlan.countedLoops.map((loop) => [graph.loops[loop.loop]?.instructionIndex, loop]));

  // The spanning tree.
  const floors = Array.from({ length: nodeCount }, (_, node) => costs[node] ?? 0);
  const tree = new OffsetForest(floors, zero);
  for (const [block, group] of isForced) tree.join(block, group, costs[block] ?? 0);
  const constantTurnsCost = (
    loop: CountedLoop,
    difference: (from: number, to: number) => number | undefined,
  ): number => {
    const turns = constantTurns(loop.turns);
    const back = graph.edges[loop.backEdge];
    if (turns === undefined || back === undefined) return 0;
    const apart = difference(back.to, back.from);
    const total = apart === undefined ? 0 : turns * (linkWeight(toPlan, back.from) + apart);
    return total > 0 && total <= MAX_FOLDED ? total : 0;
  };
  const entryLoop = (link: Link): CountedLoop | undefined => {
    const { place } = link;
    if (place.kind !== 'before' || place.rank !== 2) return undefined;
    const loop = entered.get(place.index);
    return loop !== undefined && graph.edges[link.edge ?? -1]?.to === graph.loops[loop.loop]?.header ? loop : undefined;
  };
  const byFrequency = links.filter(({ from, edge }) => from !== zero && (edge === undefined || !counted.has(edge)));
  // An edge that is a block's only one is as good as those that lead to the block, and those are taken earlier.
  const linksFrom = new Int32Array(nodeCount);
  for (const { from } of byFrequency) linksFrom[from] = (linksFrom[from] ?? 0) + 1;
  const isOnly = ({ from }: Link): number => (linksFrom[from] === 1 && from < zero ? 1 : 0);
  byFrequency.sort((left, right) => isOnly(right) - isOnly(left) || right.frequency - left.frequency);
  for (const link of byFrequency) {
    const loop = entryLoop(link);
    const folded = loop === undefined ? 0 : constantTurnsCost(loop, (from, to) => tree.difference(from, to));
    tree.join(link.from, link.to, link.weight + folded);
  }

  const potentials = floors.map((floor, node) => Math.min(tree.numberOf(node), floor + MAX_AHEAD));
  for (const [block, group] of isForced) potentials[block] = (costs[block] ?? 0) + (potentials[group] ?? 0);
  const potential = (node: number): number => potentials[node] ?? 0;

  const prepaid = typeof toPlan.prepaid === 'number' ? toPlan.prepaid : Math.min(potential(0), toPlan.prepaid.atMost);
  const drafts: Draft[] = [];
  const add = (place: Place, amount: number, turns: TurnCount | undefined, link: Link | undefined): void => {
    if (amount === 0) return;
    const edge = graph.edges[link?.edge ?? -1];
    const blockOf = (node: number): number => (node < graph.blocks.length ? node : EXIT);
    const from = edge?.from ?? (link === undefined ? EXIT : blockOf(link.from));
    const to = edge?.to ?? (link === undefined ? EXIT : blockOf(link.to));
    drafts.push({ place, amount, turns, from, to, frequency: link?.frequency ?? 0 });
  };
  add(ENTRY, potential(0) - prepaid, undefined, undefined);
  for (const link of links) {
    const { from, to, weight, place } = link;
    let amount = weight + potential(to) - potential(from);
    if (link.edge !== undefined && isPaidAhead(link.edge)) continue;
    const loop = entryLoop(link);
    if (loop !== undefined && isPaidAhead(loop.backEdge)) {
      const folded = constantTurnsCost(loop, (left, right) => potential(left) - potential(right));
      if (folded === 0) add(place, turnCharge(loop.backEdge), loop.turns, link);
      amount += folded;
    }
    add(place, amount, undefined, link);
  }
  return { prepaid, steps: chooseLocals(toPlan, sharedCharges(graph, drafts)) };

  function turnCharge(backEdge: number): number {
    const edge = graph.edges[backEdge];
    if (edge === undefined) throw new RangeError(`no edge ${backEdge}`);
    return linkWeight(toPlan, edge.from) + potential(edge.to) - potential(edge.from);
  }

  function isPaidAhead(edge: number): boolean {
    if (!counted.has(edge)) return false;
    const amount = turnCharge(edge);
    return amount > 0 && amount <= MAX_PER_TURN;
  }
}

function linkWeight({ costs, calleePrepaid }: FunctionToPlan, block: number): number {
  return (costs[block] ?? 0) + (calleePrepaid[block] ?? 0);
}

interface JointTargets {
  /** By block: the node in front of it through which all its edges lead, if one of them cannot carry a charge. */
  readonly groups: ReadonlyMap<number, number>;
  /** Blocks whose edges cannot carry charges, with the node that they all lead to. */
  readonly isForced: ReadonlyMap<number, number>;
  readonly nodeCount: number;
  /** The node of the function's end and of all cuts. */
  readonly zero: number;
}

/** Blocks that one `br_table` leads to have to be paid ahead alike: they get a node in front of them together. */
function jointTargets({ blocks, edges }: FlowGraph): JointTargets {
  const zero = blocks.length;
  const above = new Map<number, number>();
  const top = (node: number): number => {
    let at = node;
    for (let next = above.get(at); next !== undefined && next !== at; next = above.get(at)) at = next;
    for (let step = node; step !== at; ) {
      const next = above.get(step) ?? at;
      above.set(step, at);
      step = next;
    }
    return at;
  };
  const firstTarget = new Map<number, number>();
  for (const { from, to, place } of edges) {
    if (place !== undefined) continue;
    const target = to === EXIT ? zero : to;
    if (!above.has(target)) above.set(target, target);
    const first = firstTarget.get(from);
    if (first === undefined) {
      firstTarget.set(from, target);
    } else {
      above.set(top(first), top(target));
    }
  }
  let nodeCount = zero + 1;
  const nodeOfTop = new Map<number, number>();
  if (above.has(zero)) nodeOfTop.set(top(zero), zero);
  const groups = new Map<number, number>();
  for (const target of above.keys()) {
    const root = top(target);
    let node = nodeOfTop.get(root);
    if (node === undefined) {
      node = nodeCount;
      nodeCount += 1;
      nodeOfTop.set(root, node);
    }
    if (target !== zero) groups.set(target, node);
  }
  const isForced = new Map<number, number>();
  for (const [from, target] of firstTarget) isForced.set(from, target === zero ? zero : (groups.get(target) ?? zero));
  return { groups, isForced, nodeCount, zero };
}

function linksOf(toPlan: FunctionToPlan, groups: ReadonlyMap<number, number>, zero: number): readonly Link[] {
  const { graph, isCut, isTrap } = toPlan;
  const { blocks, edges } = graph;
  const { ofBlock, ofEdge } = frequencies(toPlan);
  const links: Link[] = [];
  for (const [edge, { from, to, place }] of edges.entries()) {
    if (place === undefined) continue;
    const frequency = ofEdge[edge] ?? 0;
    const weight = linkWeight(toPlan, from);
    if (isCut[from] === true) {
      links.push({ from, to: zero, weight, place, frequency, edge: undefined });
      if (isTrap[to] === true) continue;
      const start = blocks[to]?.start ?? 0;
      const after: Place = { kind: 'before', index: start, rank: 0 };
      links.push({ from: zero, to, weight: 0, place: after, frequency, edge: undefined });
      continue;
    }
    if (to === EXIT) links.push({ from, to: zero, weight, place, frequency, edge });
    else if (isTrap[to] !== true) links.push({ from, to: groups.get(to) ?? to, weight, place, frequency, edge });
  }
  for (const [to, from] of groups) {
    if (isTrap[to] === true) continue;
    const place: Place = { kind: 'before', index: blocks[to]?.start ?? 0, rank: 1 };
    links.push({ from, to, weight: 0, place, frequency: ofBlock[to] ?? 0, edge: undefined });
  }
  return links;
}

/** A loop is taken to turn so often, at most this many of them in one another. */
const TURNS_GUESS = 8;
const MAX_GUESS = 1e9;

/** Compilers put what is likely next. */
const NEXT_SHARE = 0.6;
/** A recursion ends as often as it goes on, or more often. */
const RECURSION_SHARE = 0.3;
const TRAP_SHARE = 1e-6;

/** Guesses at how often blocks run and edges are taken, per entry of the function. */
function frequencies({ graph, isTrap, isRecursion }: FunctionToPlan): {
  readonly ofBlock: Float64Array;
  readonly ofEdge: Float64Array;
} {
  const { blocks, edges, loops, loopOf } = graph;
  const isHeader = new Set(loops.map(({ header }) => header));
  const firstEdge = new Int32Array(blocks.length + 1).fill(edges.length);
  for (let edge = edges.length - 1; edge >= 0; edge -= 1) firstEdge[edges[edge]?.from ?? 0] = edge;
  for (let block = blocks.length - 1; block >= 0; block -= 1) {
    if (edges[firstEdge[block] ?? 0]?.from !== block) firstEdge[block] = firstEdge[block + 1] ?? 0;
  }
  // Of blocks that can only go on to a recursion.
  const recurses = new Uint8Array(blocks.length);
  for (let block = blocks.length - 1; block >= 0; block -= 1) {
    const first = firstEdge[block] ?? 0;
    const isAlone = (firstEdge[block + 1] ?? 0) === first + 1;
    const next = edges[first]?.to ?? EXIT;
    if (isRecursion[block] === true || (isAlone && next > block && recurses[next] === 1)) recurses[block] = 1;
  }
  const shareOf = (from: number, to: number): number => {
    if (to !== EXIT && isTrap[to] === true) return TRAP_SHARE;
    if (to !== EXIT && recurses[to] === 1) return RECURSION_SHARE;
    const loop = loopOf[from] ?? -1;
    if (loop !== -1 && (to === EXIT || !isWithin(loops, loopOf[to] ?? -1, loop))) return 1 / TURNS_GUESS;
    return to === from + 1 ? NEXT_SHARE : 1 - NEXT_SHARE;
  };
  const ofBlock = new Float64Array(blocks.length);
  const ofEdge = new Float64Array(edges.length);
  ofBlock[0] = 1;
  for (const from of blocks.keys()) {
    const first = firstEdge[from] ?? 0;
    const end = firstEdge[from + 1] ?? 0;
    let total = 0;
    for (let edge = first; edge < end; edge += 1) total += shareOf(from, edges[edge]?.to ?? EXIT);
    if (isHeader.has(from)) ofBlock[from] = Math.min((ofBlock[from] ?? 0) * TURNS_GUESS, MAX_GUESS);
    for (let edge = first; edge < end; edge += 1) {
      const to = edges[edge]?.to ?? EXIT;
      const frequency = ((ofBlock[from] ?? 0) * shareOf(from, to)) / total;
      ofEdge[edge] = frequency;
      if (to > from) ofBlock[to] = (ofBlock[to] ?? 0) + frequency;
    }
  }
  return { ofBlock, ofEdge };
}

/** A step without the choice between local and global. `EXIT` for an end that is no block. */
interface Draft {
  readonly place: Place;
  readonly amount: number;
  readonly turns: TurnCount | undefined;
  readonly from: number;
  readonly to: number;
  readonly frequency: number;
}

/**
 * Charges that are the same on all ways to a block stand where it begins. A block that is nothing but a `loop` counts as
 * what it leads to: it is paid a moment late then.
 */
function sharedCharges({ blocks, edges, loops }: FlowGraph, drafts: readonly Draft[]): readonly Draft[] {
  const onwards = new Map<number, number>();
  for (const { header } of loops) {
    const { start, end } = blocks[header - 1] ?? { start: 0, end: 0 };
    if (end - start === 1 && !drafts.some(({ from }) => from === header - 1)) onwards.set(header - 1, header);
  }
  const target = (block: number): number => onwards.get(block) ?? block;
  const waysTo = new Int32Array(blocks.length);
  for (const { from, to } of edges)
    if (to !== EXIT && !onwards.has(from)) waysTo[target(to)] = (waysTo[target(to)] ?? 0) + 1;
  const draftsTo = new Map<number, Draft[]>();
  for (const draft of drafts) {
    if (draft.from === EXIT || draft.to === EXIT) continue;
    const to = target(draft.to);
    const others = draftsTo.get(to);
    if (others === undefined) draftsTo.set(to, [draft]);
    else others.push(draft);
  }
  const shared = new Map<Draft, Draft | undefined>();
  for (const [to, incoming] of draftsTo) {
    const [first, ...rest] = incoming;
    if (first === undefined || rest.length === 0 || incoming.length !== waysTo[to]) continue;
    const { amount } = first;
    if (amount <= 0 || incoming.some((draft) => draft.amount !== amount || draft.turns !== undefined)) continue;
    const place: Place = { kind: 'before', index: blocks[to]?.start ?? 0, rank: 1 };
    const frequency = incoming.reduce((sum, draft) => sum + draft.frequency, 0);
    for (const draft of rest) shared.set(draft, undefined);
    shared.set(first, { ...first, place, frequency, from: to, to });
  }
  return drafts.flatMap((draft) => (shared.has(draft) ? (shared.get(draft) ?? []) : [draft]));
}

/** Charges per call from which on a function without calls keeps the counter in a local altogether. */
const MANY_CHARGES = 2;

/**
 * The outermost loops that charge while they turn, and need the counter nowhere else meanwhile, keep it in a local. It
 * is loaded in front of the loop and stored on every way out. A function may be such a loop as a whole.
 */
function chooseLocals(toPlan: FunctionToPlan, drafts: readonly Draft[]): Step[] {
  const { graph, isTrap, needsGlobal, usesLocals } = toPlan;
  if (toPlan.carries) return merged(drafts.map((draft) => stepOf(draft, true)).sort(byPlace));
  const { edges, loops, loopOf } = graph;
  const common = (from: number, to: number): number => {
    let loop = loopOf[to] ?? -1;
    while (from !== EXIT && loop !== -1 && !isWithin(loops, loopOf[from] ?? -1, loop)) loop = loops[loop]?.parent ?? -1;
    return to === EXIT ? -1 : loop;
  };
  const charges = new Uint8Array(loops.length);
  const refuses = new Uint8Array(loops.length);
  for (const { from, to } of drafts) mark(charges, common(from, to));
  for (const [block, loop] of loopOf.entries()) if (needsGlobal[block] === true) mark(refuses, loop);
  for (const { from, to, place } of edges) {
    if (place !== undefined || (to !== EXIT && isTrap[to] === true)) continue;
    const stays = to === EXIT ? -1 : common(from, to);
    for (let loop = loopOf[from] ?? -1; loop !== stays && loop !== -1; loop = loops[loop]?.parent ?? -1) {
      refuses[loop] = 1;
    }
  }
  // By loop: the chosen loop that it is, or is in; -1 for none.
  const chosen = new Int32Array(loops.length).fill(-1);
  for (const [loop, { parent }] of loops.entries()) {
    const around = parent === -1 ? -1 : (chosen[parent] ?? -1);
    chosen[loop] = around !== -1 ? around : usesLocals && charges[loop] === 1 && refuses[loop] === 0 ? loop : -1;
  }
  const charged = drafts.reduce((sum, { frequency }) => sum + frequency, 0);
  const isWhole =
    usesLocals &&
    charged >= MANY_CHARGES &&
    !needsGlobal.includes(true) &&
    edges.every(({ to, place }) => to !== EXIT || place !== undefined);
  const regionOf = (block: number): number => {
    if (isWhole && block !== EXIT) return loops.length;
    const loop = block === EXIT ? -1 : (loopOf[block] ?? -1);
    return loop === -1 ? -1 : (chosen[loop] ?? -1);
  };

  const steps: Step[] = [];
  for (const draft of drafts) {
    const { from, to } = draft;
    const isEntry = from === EXIT && to === 0;
    const inLocal = !isEntry && regionOf(to) !== -1 && (from === EXIT || regionOf(from) === regionOf(to));
    steps.push(stepOf(draft, inLocal));
  }
  for (const { from, to, place } of edges) {
    if (place === undefined || regionOf(from) === regionOf(to) || (to !== EXIT && isTrap[to] === true)) continue;
    if (regionOf(from) !== -1) steps.push({ kind: 'store', place });
    if (regionOf(to) !== -1) steps.push({ kind: 'load', place });
  }
  if (isWhole) steps.push({ kind: 'load', place: ENTRY });
  return merged(steps.sort(byPlace));

  function mark(flags: Uint8Array, loop: number): void {
    for (let at = loop; at !== -1 && flags[at] === 0; at = loops[at]?.parent ?? -1) flags[at] = 1;
  }
}

function stepOf({ place, amount, turns }: Draft, inLocal: boolean): Step {
  return turns === undefined
    ? { kind: 'charge', place, amount, inLocal, isChecked: amount > 0 }
    : { kind: 'turns', place, amount, once: 0, turns, inLocal };
}

const kindOrder: Readonly<Record<Step['kind'], number>> = { store: 0, frame: 1, charge: 2, turns: 3, load: 4 };
const placeOrder: Readonly<Record<Place['kind'], number>> = { before: 0, else: 1, taken: 2 };

/** The order in which steps are written. */
export function byPlace(left: Step, right: Step): number {
  const rank = ({ place }: Step): number => (place.kind === 'before' ? place.rank : 0);
  return (
    left.place.index - right.place.index ||
    placeOrder[left.place.kind] - placeOrder[right.place.kind] ||
    rank(left) - rank(right) ||
    kindOrder[left.kind] - kindOrder[right.kind]
  );
}

/** Charges that follow each other are one. */
function merged(steps: readonly Step[]): Step[] {
  const result: Step[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    const follows =
      last?.kind === 'charge' &&
      (step.kind === 'charge' || step.kind === 'turns') &&
      last.inLocal === step.inLocal &&
      last.place.kind === step.place.kind &&
      last.place.index === step.place.index;
    if (!follows) result.push(step);
    else if (step.kind === 'charge') {
      const amount = last.amount + step.amount;
      result[result.length - 1] = { ...last, amount, isChecked: amount > 0 };
    } else result[result.length - 1] = { ...step, once: last.amount };
  }
  return result.filter((step) => step.kind !== 'charge' || step.amount !== 0);
}
