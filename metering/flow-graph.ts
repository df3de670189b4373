/**
 * The control-flow graph of one function body: its reachable basic blocks, the edges between them with the place where
 * code for one edge alone can stand, and the natural loops. WebAssembly is structured, so that the graph is reducible
 * and a loop is entered only by falling into its `loop` instruction.
 */
import { type BasicBlock, basicBlocks } from './basic-blocks.ts';
import type { Instruction } from './module.ts';
import { Op } from './opcodes.ts';

/** Where code stands that runs exactly when an edge is taken. */
export type Place =
  /** Before this instruction. `rank` orders what stands at the same instruction. */
  | { readonly kind: 'before'; readonly index: number; readonly rank: Rank }
  /** On the way of this `br_if` to its label. */
  | { readonly kind: 'taken'; readonly index: number }
  /** In the second arm, to be added before this `end`, of an `if` that has none. */
  | { readonly kind: 'else'; readonly index: number };

/** Code for the edge that leads to the instruction's block, for all that enter the block, and for the edge out of it. */
export type Rank = 0 | 1 | 2;

export interface Edge {
  /** Index of a block. */
  readonly from: number;
  /** Index of a block, or `EXIT`. */
  readonly to: number;
  /** `undefined` where no code can stand: the labels of a `br_table`, and a `br_if` that carries a value. */
  readonly place: Place | undefined;
}

/** The end of the function, as the target of an edge. */
export const EXIT = -1;

export interface NaturalLoop {
  /** Of the `loop` instruction. */
  readonly instructionIndex: number;
  /** The block that begins after it. */
  readonly header: number;
  /** Position of the innermost loop around it; -1 for none. */
  parent: number;
}

export interface FlowGraph {
  readonly blocks: readonly BasicBlock[];
  /** From reachable blocks, in the order of the blocks. A block that ends in `unreachable` has none. */
  readonly edges: readonly Edge[];
  /** In the order of their instructions: an outer loop before the loops in it. Loops without a way back are left out. */
  readonly loops: readonly NaturalLoop[];
  /** By block: position of the innermost loop that it belongs to; -1 for none. */
  readonly loopOf: Int32Array;
}

interface Label {
  /** The block that a branch leads to. */
  readonly target: number;
  readonly carriesValue: boolean;
}

/** `control` is that of validation: where each `block`, `loop`, `if` and `else` ends. Takes linear time. */
export function flowGraph(instructions: readonly Instruction[], control: Int32Array, hasResult: boolean): FlowGraph {
  const blocks = basicBlocks(instructions);
  const blockAt = new Int32Array(instructions.length + 1).fill(EXIT);
  for (const [index, { start }] of blocks.entries()) blockAt[start] = index;
  const edges: Edge[] = [];
  const headers: { readonly instructionIndex: number; readonly header: number }[] = [];
  const labels: Label[] = [{ target: EXIT, carriesValue: hasResult }];
  for (const [index, block] of blocks.entries()) {
    for (let at = block.start; at < block.end; at += 1) {
      const { opcode, blockType } = instruction(instructions, at);
      if (opcode === Op.block) labels.push({ target: afterEnd(at), carriesValue: blockType !== undefined });
    }
    const last = block.end - 1;
    const { opcode, immediate, labels: table, blockType } = instruction(instructions, last);
    if (block.isReachable) addEdges(index, last, opcode, Number(immediate), table);
    if (opcode === Op.loop) {
      labels.push({ target: index + 1, carriesValue: false });
      headers.push({ instructionIndex: last, header: index + 1 });
    } else if (opcode === Op.if) {
      labels.push({ target: afterEnd(last), carriesValue: blockType !== undefined });
    } else if (opcode === Op.end) {
      labels.pop();
    }
  }
  return { blocks, edges, ...naturalLoops(blocks.length, edges, headers) };

  function afterEnd(opener: number): number {
    let end = control[opener] ?? 0;
    if (instructions[end]?.opcode === Op.else) end = control[end] ?? 0;
    return blockAt[end + 1] ?? EXIT;
  }

  function addEdges(
    from: number,
    last: number,
    opcode: number,
    immediate: number,
    table: readonly number[] | undefined,
  ): void {
    const add = (to: number, place: Place | undefined): void => void edges.push({ from, to, place });
    const next = from + 1 < blocks.length ? from + 1 : EXIT;
    const out: Place = { kind: 'before', index: last, rank: 2 };
    const onwards: Place = { kind: 'before', index: last + 1, rank: 0 };
    const label = (depth: number): Label => labels.at(-1 - depth) ?? { target: EXIT, carriesValue: hasResult };
    switch (opcode) {
      case Op.unreachable:
        return;
      case Op.br:
        add(label(immediate).target, out);
        return;
      case Op.return:
        add(EXIT, out);
        return;
      case Op.brIf: {
        const { target, carriesValue } = label(immediate);
        add(target, carriesValue ? undefined : { kind: 'taken', index: last });
        add(next, onwards);
        return;
      }
      case Op.brTable:
        for (const depth of new Set(table)) add(label(depth).target, undefined);
        return;
      case Op.if: {
        add(next, onwards);
        const arm = control[last] ?? 0;
        if (instructions[arm]?.opcode === Op.else) {
          add(blockAt[arm + 1] ?? EXIT, { kind: 'before', index: arm + 1, rank: 0 });
        } else {
          add(blockAt[arm + 1] ?? EXIT, { kind: 'else', index: arm });
        }
        return;
      }
      case Op.else:
        add(blockAt[(control[last] ?? 0) + 1] ?? EXIT, out);
        return;
      default:
        add(next, out);
    }
  }
}

/**
 * Innermost loops first, each walked backwards from its back edges; a loop that is done counts as its header, so that
 * no block is walked twice.
 */
function naturalLoops(
  blockCount: number,
  edges: readonly Edge[],
  headers: readonly { readonly instructionIndex: number; readonly header: number }[],
): Pick<FlowGraph, 'loops' | 'loopOf'> {
  const predecessors: number[][] = Array.from({ length: blockCount }, () => []);
  for (const { from, to } of edges) if (to !== EXIT) predecessors[to]?.push(from);
  const found: NaturalLoop[] = [];
  const innermost = new Int32Array(blockCount).fill(-1);
  // The header of the outermost loop so far around each block.
  const outermost = Int32Array.from({ length: blockCount }, (_, block) => block);
  const loopAtHeader = new Int32Array(blockCount).fill(-1);
  const representative = (block: number): number => {
    let top = block;
    while (outermost[top] !== top) top = outermost[top] ?? top;
    for (let at = block; at !== top; ) {
      const above = outermost[at] ?? top;
      outermost[at] = top;
      at = above;
    }
    return top;
  };
  for (const { instructionIndex, header } of headers.toReversed()) {
    const pending: number[] = [];
    for (const from of predecessors[header] ?? []) if (from >= header) pending.push(from);
    if (pending.length === 0) continue;
    const position = found.push({ instructionIndex, header, parent: -1 }) - 1;
    innermost[header] = position;
    for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
      const block = representative(from);
      if (block === header) continue;
      outermost[block] = header;
      const inner = loopAtHeader[block] ?? -1;
      const innerLoop = inner === -1 ? undefined : found[inner];
      if (innerLoop === undefined) innermost[block] = position;
      else innerLoop.parent = position;
      pending.push(...(predecessors[block] ?? []));
    }
    loopAtHeader[header] = position;
  }
  const flip = (position: number): number => (position === -1 ? -1 : found.length - 1 - position);
  const loops = found.toReversed();
  for (const loop of loops) loop.parent = flip(loop.parent);
  return { loops, loopOf: innermost.map(flip) };
}

/** Whether `loop` is `inner` or around it; -1 is no loop. */
export function isWithin(loops: readonly NaturalLoop[], inner: number, loop: number): boolean {
  // Positions rise inwards.
  let at = inner;
  while (at > loop) at = loops[at]?.parent ?? -1;
  return at === loop;
}

function instruction(instructions: readonly Instruction[], index: number): Instruction {
  const found = instructions[index];
  if (found === undefined) throw new RangeError(`instruction index ${index} is not in the function`);
  return found;
}
