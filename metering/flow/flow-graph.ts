/**
 * The control-flow graph of one function body: its basic blocks, the edges between the reachable ones, and the natural loops.
 *
 * WebAssembly is structured. So the graph is reducible, a loop is entered only by falling into its `loop` instruction, and one
 * pass over the body knows where every branch leads, without iteration to a fixed point: `basic-blocks.ts` cuts, this file
 * connects, `natural-loops.ts` walks back from the back edges. All take linear time, and edges are columns of numbers instead
 * of objects, because a module of a megabyte has a million of them.
 *
 * Code is to be put on edges later. Every edge therefore knows its place: where code stands that runs exactly when the edge is
 * taken (`edges.ts`). Two kinds of edges have none, the labels of a `br_table` and a `br_if` that takes a value along.
 */
import type { Instruction } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import { at } from './at.ts';
import { type BasicBlock, basicBlocks } from './basic-blocks.ts';
import { type Edges, EXIT, NO_PLACE, type PlaceNumber, placeBefore, placeInElse, placeWhereTaken } from './edges.ts';
import { type LoopHeader, type LoopNest, naturalLoops } from './natural-loops.ts';

export interface FlowGraph extends LoopNest {
  readonly blocks: readonly BasicBlock[];
  /** From reachable blocks. A block that ends in `unreachable` has none. */
  readonly edges: Edges;
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
  for (let block = 0; block < blocks.length; block += 1) blockAt[blocks[block]?.start ?? 0] = block;
  const from: number[] = [];
  const to: number[] = [];
  const place: PlaceNumber[] = [];
  const firstOf = new Int32Array(blocks.length + 1);
  const headers: LoopHeader[] = [];
  const leaving: Label = { target: EXIT, carriesValue: hasResult };
  const labels: Label[] = [leaving];
  for (let block = 0; block < blocks.length; block += 1) {
    const { start, end, isReachable } = at(blocks, block);
    const last = end - 1;
    for (let index = start; index < last; index += 1) {
      const { opcode, blockType } = at(instructions, index);
      if (opcode === Op.block) labels.push({ target: afterEnd(index), carriesValue: blockType !== undefined });
    }
    firstOf[block] = from.length;
    if (isReachable) addEdges(block, last);
    const { opcode, blockType } = at(instructions, last);
    if (opcode === Op.loop) {
      labels.push({ target: block + 1, carriesValue: false });
      headers.push({ instructionIndex: last, header: block + 1 });
    } else if (opcode === Op.if) {
      labels.push({ target: afterEnd(last), carriesValue: blockType !== undefined });
    } else if (opcode === Op.end) {
      labels.pop();
    }
  }
  firstOf[blocks.length] = from.length;
  const edges: Edges = { count: from.length, from, to, place, firstOf };
  return { blocks, edges, ...naturalLoops(edges, headers) };

  function afterEnd(opener: number): number {
    let end = control[opener] ?? 0;
    if (instructions[end]?.opcode === Op.else) end = control[end] ?? 0;
    return blockAt[end + 1] ?? EXIT;
  }

  function label(depth: number): Label {
    return labels[labels.length - 1 - depth] ?? leaving;
  }

  function add(block: number, target: number, where: PlaceNumber): void {
    from.push(block);
    to.push(target);
    place.push(where);
  }

  function addEdges(block: number, last: number): void {
    const { opcode, immediate, labels: table } = at(instructions, last);
    const next = block + 1 < blocks.length ? block + 1 : EXIT;
    switch (opcode) {
      case Op.unreachable:
        return;
      case Op.br:
        add(block, label(Number(immediate)).target, placeBefore(last, 2));
        return;
      case Op.return:
        add(block, EXIT, placeBefore(last, 2));
        return;
      case Op.brIf: {
        const { target, carriesValue } = label(Number(immediate));
        add(block, target, carriesValue ? NO_PLACE : placeWhereTaken(last));
        add(block, next, placeBefore(last + 1, 0));
        return;
      }
      case Op.brTable:
        for (const depth of new Set(table)) add(block, label(depth).target, NO_PLACE);
        return;
      case Op.if: {
        add(block, next, placeBefore(last + 1, 0));
        const arm = control[last] ?? 0;
        const hasElse = instructions[arm]?.opcode === Op.else;
        add(block, blockAt[arm + 1] ?? EXIT, hasElse ? placeBefore(arm + 1, 0) : placeInElse(arm));
        return;
      }
      case Op.else:
        add(block, blockAt[(control[last] ?? 0) + 1] ?? EXIT, placeBefore(last, 2));
        return;
      default:
        add(block, next, placeBefore(last, 2));
    }
  }
}
